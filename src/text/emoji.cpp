// Sequences of emoji are taken as they stand, whether fonts show them as one picture or not (UTS #51).
#include "emoji.hpp"

#include <unicode/uchar.h>

#include "shoal/base/odd_text.hpp"

namespace shoal {
namespace {

constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kAsText = 0xFE0E;
constexpr char32_t kAsPicture = 0xFE0F;
constexpr char32_t kKeycap = 0x20E3;

Character character_at(std::string_view text, std::size_t at) {
  return at < text.size() ? first_character(text.substr(at)) : Character{};
}

/// Whether a character is shown with the emoji in front of it, or as a part of that.
bool belongs_to_emoji(char32_t c) {
  const bool tag_of_a_flag = c >= 0xE0020 && c <= 0xE007F;
  return c == kJoiner || c == kAsText || c == kAsPicture || c == kKeycap || tag_of_a_flag;
}

/// How many bytes at the beginning of text are one character and what makes an emoji of it.
std::size_t first_bytes(std::string_view text) {
  const Character first = first_character(text);
  if (first.bytes == 0) return 0;
  if (first.code >= 0x80 && is_emoji(first.code)) return first.bytes;
  if (!u_hasBinaryProperty(static_cast<UChar32>(first.code), UCHAR_EMOJI)) return 0;
  const Character next = character_at(text, first.bytes);
  if (first.code >= 0x80) return next.code == kAsPicture ? first.bytes + next.bytes : 0;
  if (next.code == kKeycap) return first.bytes + next.bytes;  // a digit, '#' or '*'
  const Character third = character_at(text, first.bytes + next.bytes);
  const bool keycap = next.code == kAsPicture && third.code == kKeycap;
  return keycap ? first.bytes + next.bytes + third.bytes : 0;
}

}  // namespace

bool is_emoji(char32_t code) {
  const auto c = static_cast<UChar32>(code);
  const bool of_law = c == 0xA9 || c == 0xAE || c == 0x2122;
  if (u_hasBinaryProperty(c, UCHAR_EMOJI)) return !u_ispunct(c) && !of_law;
  return !u_isdefined(c) && u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC);
}

std::size_t emoji_bytes(std::string_view text) {
  std::size_t end = first_bytes(text);
  while (end > 0 && end < text.size()) {
    const Character next = first_character(text.substr(end));
    if (!belongs_to_emoji(next.code)) break;
    end += next.bytes;
  }
  return end;
}

}  // namespace shoal
