// The two layouts of real files: browsers write without spaces, the profile files were written with an
// indent.
#include "json_writer.hpp"

#include <fmt/format.h>

#include <iterator>

#include "shoal/base/json_escapes.hpp"

namespace shoal {
namespace {

void append_escape(char32_t unit, std::string& text) {
  fmt::format_to(std::back_inserter(text), "\\u{:04x}", static_cast<std::uint32_t>(unit));
}

/// Of UTF-8 that is sound; moves behind it.
char32_t letter_at(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  char32_t letter = first & (0x3F >> more);
  for (int i = 0; i < more; ++i) letter = (letter << 6) | (static_cast<unsigned char>(text[at++]) & 0x3F);
  return letter;
}

/// In UTF-16, which is what JSON's escapes are.
void append_letter(char32_t letter, std::string& text) {
  if (letter < 0x10000) return append_escape(letter, text);
  append_escape(0xD7C0 + (letter >> 10), text);
  append_escape(0xDC00 + (letter & 0x3FF), text);
}

}  // namespace

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

void JsonWriter::append_escaped(std::string_view value) {
  if (letters_ == Letters::plain) return append_json_escaped(value, text_);
  std::string plain;
  append_json_escaped(value, plain);
  for (std::size_t at = 0; at < plain.size();) {
    if (static_cast<unsigned char>(plain[at]) < 0x80) {
      text_ += plain[at++];
    } else if (letters_ == Letters::bytes_escaped) {
      append_escape(static_cast<unsigned char>(plain[at++]), text_);
    } else {
      append_letter(letter_at(plain, at), text_);
    }
  }
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

}  // namespace shoal
