// What a source holds in a field, and what the field makes of it. A value that cannot be used costs itself
// alone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/corpus/read_result.hpp"
#include "shoal/data/post.hpp"

namespace shoal {

/// A value as the source has it.
struct FieldValue {
  enum class Kind : std::uint8_t { nothing, text, number, truth, list, object, unusable };
  Kind kind = Kind::nothing;
  std::string text{};                  ///< a number or truth value as it is written; why a value is unusable
  std::vector<FieldValue> elements{};  ///< of a list or an object
  std::vector<std::string_view> keys{};  ///< of an object's elements: those that its loader was asked for

  /// What an object has under a key, the last of several: nothing where it has none, or this is no object.
  [[nodiscard]] const FieldValue& at(std::string_view key) const;
  /// What a list has at a place: nothing where it ends before that, or this is no list.
  [[nodiscard]] const FieldValue& at(std::size_t place) const;

  static FieldValue of_text(std::string text) { return {Kind::text, std::move(text)}; }
  static FieldValue unusable(std::string why) { return {Kind::unusable, std::move(why)}; }
};

/// Reads the values of one record. What cannot be used is quarantined as a value, with a sentence that names
/// the field, and is as if it were not there.
class FieldReader {
 public:
  /// whose: "the post's". record: its number, or -1 for the file as a whole. All outlive the reader.
  FieldReader(std::string_view whose, std::int64_t record, ReadResult& result)
      : whose_(whose), record_(record), result_(result) {}

  /// A text, or a number as it is written. A list of one is that one, and an empty list is nothing.
  std::string text(std::string_view name, const FieldValue& value);
  /// The same where a name, an address or a date is meant: "nan", "None" and the like are nothing there.
  std::string word(std::string_view name, const FieldValue& value);
  /// The texts of a list; nothing is left out of it silently but nothing itself.
  std::vector<std::string> texts(std::string_view name, const FieldValue& value);
  /// The first word of a list, or the word itself.
  std::string first_word(std::string_view name, const FieldValue& value);
  bool truth(std::string_view name, const FieldValue& value);
  /// A whole number, or nothing; what is none is left out.
  std::optional<std::int64_t> number(std::string_view name, const FieldValue& value);
  /// A number with a fraction, or NaN.
  double real(std::string_view name, const FieldValue& value);
  /// Seconds since 1970, from that number or from a date as time_of reads it; what is none is left out.
  std::optional<std::int64_t> time(std::string_view name, const FieldValue& value);
  /// Which of some words it is; another one is left out.
  std::optional<std::size_t> one_of(std::string_view name, const FieldValue& value,
                                    std::span<const std::string_view> words);
  /// A count that is missing where there is nothing (not exported), where it is negative (hidden, as sources
  /// write it), and where it cannot be used (invalid).
  Count count(std::string_view name, const FieldValue& value);

 private:
  void leave_out(std::string_view name, std::string_view why);

  std::string_view whose_;
  std::int64_t record_;
  ReadResult& result_;
};

}  // namespace shoal
