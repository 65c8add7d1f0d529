// Escaping, numbers for people, base64.
#include "html.hpp"

#include <fmt/format.h>

namespace shoal {
namespace {

/// Bytes of the UTF-8 character at the start of text; 0 where there is none. Overlong forms, surrogates and
/// numbers above U+10FFFF are none (Unicode 15, table 3-7).
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !continues(1)) return 0;
  if (first < 0xE0) return 2;
  if (!continues(2)) return 0;
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  const bool out_of_range = (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90);
  return out_of_range || !continues(3) ? 0 : 4;
}

/// The replacement of a character that has one; empty for one that stays.
std::string_view replacement(char c) {
  switch (c) {
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
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(c);
  const bool control = (code < 0x20 && c != '\n' && c != '\t') || code == 0x7F;
  return control ? "\xEF\xBF\xBD" : "";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    const std::string_view other = bytes == 0 ? "\xEF\xBF\xBD" : bytes == 1 ? replacement(text[0]) : "";
    escaped += other.empty() ? text.substr(0, bytes) : other;
    text.remove_prefix(bytes == 0 ? 1 : bytes);
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
