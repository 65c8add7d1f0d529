// JSON as it is written, also what no JSON is: made corpora hold the defects of real ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shoal {

class JsonWriter {
 public:
  enum class Layout : std::uint8_t { compact, indented };
  /// How letters beyond ASCII stand in texts: as they are, as escapes of themselves (Python's json), or as
  /// escapes of their bytes, as exports of Instagram have them.
  enum class Letters : std::uint8_t { plain, escaped, bytes_escaped };
  explicit JsonWriter(Layout layout, Letters letters = Letters::plain)
      : indented_(layout == Layout::indented), letters_(letters) {}

  JsonWriter& begin_object() { return begin('{'); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array() { return begin('['); }
  JsonWriter& end_array() { return end(']'); }
  JsonWriter& key(std::string_view name);
  /// raw_end: bytes that stand in the string's end as they are.
  JsonWriter& text(std::string_view value, std::string_view raw_end = {});
  JsonWriter& number(std::int64_t value);
  JsonWriter& truth(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// Any value, as it is to stand there.
  JsonWriter& raw(std::string_view value);

  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  JsonWriter& begin(char bracket);
  JsonWriter& end(char bracket);
  /// What stands before a value or key: a comma, and in the indented layout a line of its own.
  void separate();
  void new_line();

  void append_escaped(std::string_view value);

  bool indented_;
  Letters letters_;
  bool first_ = true;       ///< nothing stands in the innermost brackets yet
  bool after_key_ = false;  ///< a value belongs behind its key
  std::size_t depth_ = 0;
  std::string text_;
};

}  // namespace shoal
