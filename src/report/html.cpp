// Escaping, numbers for people, base64.
#include "html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/base/odd_text.hpp"

namespace shoal {
namespace {

/// U+FFFD, which stands for what has no place in a page.
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The replacement of a character that has one; empty for one that stays.
std::string_view replacement(char32_t code) {
  switch (code) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\n':
    case '\t':
      return "";
    default:
      return is_control(code) ? kReplacement : "";
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::string_view other = character.bytes == 0 ? kReplacement : replacement(character.code);
    escaped += other.empty() ? text.substr(0, character.bytes) : other;
    text.remove_prefix(std::max<std::size_t>(character.bytes, 1));
  }
  return escaped;
}

std::string escape_joined_words(std::string_view text) {
  std::string result;
  for (const char c : escape_html(text)) {
    result += c;
    if (c == '_') result += "<wbr>";
  }
  return result;
}

std::string grouped(std::int64_t number) {
  std::string digits = fmt::format("{}", number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string percentage(double part, double whole) {
  if (whole == 0) return "0 %";
  return fmt::format("{:.1f} %", 100 * part / whole);
}

std::string jpeg_uri(std::span<const std::byte> jpeg) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string uri = "data:image/jpeg;base64,";
  uri.reserve(uri.size() + (jpeg.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < jpeg.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (at + i < jpeg.size() ? std::to_integer<std::uint32_t>(jpeg[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const bool padding = at + i > jpeg.size();
      uri += padding ? '=' : kDigits[bits >> (18 - 6 * i) & 63U];
    }
  }
  return uri;
}

}  // namespace shoal
