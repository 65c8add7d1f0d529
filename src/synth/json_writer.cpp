// The two layouts of real files: browsers write without spaces, the profile files were written with an
// indent.
#include "json_writer.hpp"

#include <fmt/format.h>

#include <iterator>

namespace shoal {

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  text_ += '"';
  text_ += name;
  text_ += indented_ ? "\": " : "\":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value, std::string_view raw_end) {
  separate();
  text_ += '"';
  append_escaped(value);
  text_ += raw_end;
  text_ += '"';
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  separate();
  fmt::format_to(std::back_inserter(text_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view value) {
  separate();
  text_ += value;
  return *this;
}

JsonWriter& JsonWriter::begin(char bracket) {
  separate();
  text_ += bracket;
  ++depth_;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::end(char bracket) {
  --depth_;
  if (!first_) new_line();
  text_ += bracket;
  first_ = false;
  return *this;
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) text_ += ',';
  if (depth_ > 0) new_line();
  first_ = false;
}

void JsonWriter::new_line() {
  if (!indented_) return;
  text_ += '\n';
  text_.append(depth_, ' ');
}

void JsonWriter::append_escaped(std::string_view value) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) continue;
    text_.append(value, begin, i - begin);
    begin = i + 1;
    if (c == '\n') {
      text_ += "\\n";
    } else if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else {
      fmt::format_to(std::back_inserter(text_), "\\u{:04x}", static_cast<unsigned>(c));
    }
  }
  text_.append(value, begin);
}

}  // namespace shoal
