// Characters through ICU, with ways past it for plain ASCII.
#include "shoal/text/unicode.hpp"

#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <iterator>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// A character, and the bytes it takes; character is negative for a byte that belongs to none.
struct Character {
  UChar32 character = -1;
  std::size_t length = 1;
};

/// text is not empty.
Character first_of(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  // U8_NEXT counts in int32: look at no more than one character's bytes.
  const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), 4));
  std::int32_t length = 0;
  Character first;
  U8_NEXT(bytes, length, size, first.character);
  if (first.character >= 0) first.length = static_cast<std::size_t>(length);
  return first;
}

/// text is not empty.
Character last_of(std::string_view text) {
  const std::string_view end = text.substr(text.size() - std::min<std::size_t>(text.size(), 4));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(end.data());
  auto at = static_cast<std::int32_t>(end.size());
  Character last;
  U8_PREV(bytes, 0, at, last.character);
  if (last.character >= 0) last.length = end.size() - static_cast<std::size_t>(at);
  return last;
}

/// Calls visit(character, bytes) for each character or each byte that belongs to none.
template <class Visit>
void each_character(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const Character next = first_of(text);
    visit(next.character, text.substr(0, next.length));
    text.remove_prefix(next.length);
  }
}

bool is_control(UChar32 c) { return (c >= 0 && c < 0x20) || (c >= 0x7F && c < 0xA0); }

/// Whether a character at an end of a text is none that a reader sees.
bool is_blank(UChar32 c) {
  if (c < 0) return false;
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  const bool tag_of_a_flag = c >= 0xE0020 && c <= 0xE007F;
  return u_isUWhiteSpace(c) || (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) && !tag_of_a_flag);
}

/// Whether a message would be spoilt by a character: line ends, directions of writing, and U+FFFE and U+FFFF,
/// which are none.
bool spoils_messages(UChar32 c) {
  return is_control(c) || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFFFE || c == 0xFFFF;
}

const icu::Normalizer2& nfc() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) throw FailureError("ICU cannot load its normalisation data; is libicu complete?");
  return *normalizer;
}

icu::UnicodeString normalised(const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString result = nfc().normalize(text, status);
  if (U_FAILURE(status)) throw FailureError("ICU failed to normalise a text");
  return result;
}

icu::UnicodeString unicode_of(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::string utf8_of(const icu::UnicodeString& text) {
  std::string result;
  text.toUTF8String(result);
  return result;
}

}  // namespace

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  bool valid = true;
  each_character(text, [&](UChar32 c, std::string_view) { valid &= c >= 0; });
  return valid;
}

std::string repair_utf8(std::string_view text, std::string_view replacement) {
  std::string repaired;
  repaired.reserve(text.size());
  each_character(text, [&](UChar32 c, std::string_view bytes) { repaired += c >= 0 ? bytes : replacement; });
  return repaired;
}

std::string_view trimmed(std::string_view text, std::u32string_view also_in_front) {
  while (!text.empty()) {
    const Character first = first_of(text);
    const bool given = also_in_front.find(static_cast<char32_t>(first.character)) != also_in_front.npos;
    if (!given && !is_blank(first.character)) break;
    text.remove_prefix(first.length);
  }
  while (!text.empty()) {
    const Character last = last_of(text);
    if (!is_blank(last.character)) break;
    text.remove_suffix(last.length);
  }
  return text;
}

bool holds_control(std::string_view text) {
  bool holds = false;
  each_character(text, [&](UChar32 c, std::string_view) { holds |= is_control(c); });
  return holds;
}

std::string printable(std::string_view text) {
  std::string shown;
  each_character(text, [&](UChar32 c, std::string_view bytes) {
    if (c < 0) {
      shown += "\xEF\xBF\xBD";
    } else if (spoils_messages(c)) {
      fmt::format_to(std::back_inserter(shown), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      shown += bytes;
    }
  });
  return shown;
}

std::string lower_case(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  return utf8_of(unicode_of(text).toLower(icu::Locale::getRoot()));
}

std::string folded(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  icu::UnicodeString composed = normalised(unicode_of(text));
  return utf8_of(normalised(composed.foldCase(U_FOLD_CASE_DEFAULT)));
}

std::string without_variation_selectors(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  std::string kept;
  each_character(text, [&](UChar32 c, std::string_view bytes) {
    if (c < 0x80 || !u_hasBinaryProperty(c, UCHAR_VARIATION_SELECTOR)) kept += bytes;
  });
  return kept;
}

}  // namespace shoal
