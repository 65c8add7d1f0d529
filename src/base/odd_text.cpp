// Unicode's ranges of controls; escapes as in C and Python.
#include "shoal/base/odd_text.hpp"

#include <fmt/format.h>

namespace shoal {
namespace {

std::string spelt_out(std::string_view bytes, char32_t code) {
  const auto number = static_cast<std::uint32_t>(code);
  if (bytes.size() > 1 && number > 0xFF) return fmt::format("\\u{:04x}", number);
  return fmt::format("\\x{:02x}", number);
}

}  // namespace

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) -> char32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const auto bits = [&](std::size_t i) { return byte(i) & 0x3FU; };
  const char32_t first = byte(0);
  if (first < 0x80) return {1, first};
  if (first < 0xC2 || first > 0xF4 || !continues(1)) return {};
  if (first < 0xE0) return {2, (first & 0x1FU) << 6 | bits(1)};
  if (!continues(2)) return {};
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    if (overlong || surrogate) return {};
    return {3, (first & 0x0FU) << 12 | bits(1) << 6 | bits(2)};
  }
  const bool out_of_range = (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90);
  if (out_of_range || !continues(3)) return {};
  return {4, (first & 0x07U) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3)};
}

bool is_control(char32_t code) {
  const auto between = [code](char32_t low, char32_t high) { return low <= code && code <= high; };
  return code < 0x20 || between(0x7F, 0x9F) || between(0x2028, 0x202E) || between(0x2066, 0x2069);
}

std::string terminal_text(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    const bool sound = character.bytes > 0;
    const std::string_view bytes = text.substr(0, sound ? character.bytes : 1);
    if (!sound) {
      shown += spelt_out(bytes, static_cast<unsigned char>(text[0]));
    } else if (is_control(character.code)) {
      shown += spelt_out(bytes, character.code);
    } else {
      shown += bytes;
    }
    text.remove_prefix(bytes.size());
  }
  return shown;
}

std::string terminal_lines(std::string_view text) {
  std::string shown;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    shown += terminal_text(text.substr(0, end)) + '\n';
    text.remove_prefix(end + 1);
  }
  return shown + terminal_text(text);
}

std::string csv_cell(std::string_view text) {
  constexpr std::string_view kOfFormulas = "=+-@\t\r'";
  std::string cell = "\"";
  if (!text.empty() && kOfFormulas.find(text.front()) != std::string_view::npos) cell += '\'';
  for (const char c : terminal_text(text)) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

std::int64_t count_csv_records(std::string_view csv) {
  std::int64_t records = 0;
  bool quoted = false;
  bool open = false;  // a record has begun
  for (const char c : csv) {
    // A quote inside a quoted cell is written twice: it ends the quotes and begins them again.
    if (c == '"') quoted = !quoted;
    const bool ends = c == '\n' && !quoted;
    if (ends) ++records;
    open = !ends;
  }
  return records + (open ? 1 : 0);
}

}  // namespace shoal
