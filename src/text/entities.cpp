// HTML's rules for numbers, names of HTML 4.
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "entity_names.hpp"
#include "shoal/text/caption_tags.hpp"

namespace shoal {
namespace {

/// What old pages mean by &#128; to &#159; (HTML, 13.2.5.80): Windows' characters; 0: none.
constexpr std::array<char32_t, 32> kOfWindows{0x20AC, 0,      0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                              0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0,      0x17D,  0,
                                              0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                              0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0,      0x17E,  0x178};

/// The character of a number; nothing where it is none that a text should hold.
std::optional<char32_t> numbered(char32_t code) {
  const bool white_space = code == '\t' || code == '\n' || code == '\r';
  if ((code < 0x20 && !white_space) || code == 0x7F || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
    return std::nullopt;
  if (code < 0x80 || code > 0x9F) return code;
  const char32_t meant = kOfWindows[code - 0x80];
  return meant == 0 ? std::nullopt : std::optional(meant);
}

/// The character of what stands between "&#" and ';'.
std::optional<char32_t> of_number(std::string_view digits) {
  const bool hexadecimal = digits.starts_with('x') || digits.starts_with('X');
  if (hexadecimal) digits.remove_prefix(1);
  std::uint32_t code = 0;
  const char* const end = digits.data() + digits.size();
  const auto [behind, fault] = std::from_chars(digits.data(), end, code, hexadecimal ? 16 : 10);
  if (fault != std::errc() || behind != end) return std::nullopt;
  return numbered(code);
}

std::optional<char32_t> of_name(std::string_view name) {
  const auto* const found = std::ranges::lower_bound(kEntityNames, name, {}, &EntityName::name);
  if (found == kEntityNames.end() || found->name != name) return std::nullopt;
  return found->code;
}

}  // namespace

std::string decode_entities(std::string_view text) {
  constexpr std::size_t kLongest =
      16;  // between '&' and ';': longer than any name, and than any number in use
  std::string decoded;
  while (true) {
    const std::size_t sign = text.find('&');
    decoded += text.substr(0, sign);
    if (sign == text.npos) return decoded;
    text.remove_prefix(sign + 1);
    const std::size_t end = text.substr(0, kLongest + 1).find(';');
    const std::string_view inner = text.substr(0, end == text.npos ? 0 : end);
    const auto code = inner.starts_with('#') ? of_number(inner.substr(1)) : of_name(inner);
    if (code) {
      icu::UnicodeString(static_cast<UChar32>(*code)).toUTF8String(decoded);
      text.remove_prefix(end + 1);
    } else {
      decoded += '&';
    }
  }
}

}  // namespace shoal
