// Characters through ICU, with ways past it for plain ASCII.
#include "shoal/text/unicode.hpp"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "shoal/base/error.hpp"
#include "shoal/base/odd_text.hpp"

namespace shoal {
namespace {

/// How many bytes at the beginning of a text are ASCII.
std::size_t ascii_bytes(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, sizeof(eight));
    if ((eight & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

bool is_ascii(std::string_view text) { return ascii_bytes(text) == text.size(); }

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// The character at the end of a text that is not empty.
Character last_character(std::string_view text) {
  const std::string_view end = text.substr(text.size() - std::min<std::size_t>(text.size(), 4));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(end.data());
  auto at = static_cast<std::int32_t>(end.size());
  UChar32 last = -1;
  U8_PREV(bytes, 0, at, last);
  if (last < 0) return {};
  return {end.size() - static_cast<std::size_t>(at), static_cast<char32_t>(last)};
}

/// Calls visit(character, bytes) for each character, and for each byte that belongs to none.
template <class Visit>
void each_character(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    const Character next = byte < 0x80 ? Character{1, byte} : first_character(text);
    const std::string_view bytes = text.substr(0, std::max<std::size_t>(next.bytes, 1));
    visit(next, bytes);
    text.remove_prefix(bytes.size());
  }
}

bool is_ascii_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Whether a character at an end of a text is none that a reader sees.
bool is_blank(const Character& character) {
  if (character.bytes == 0) return false;
  const auto c = static_cast<UChar32>(character.code);
  if (c < 0x80) return is_ascii_blank(static_cast<char>(c));
  const bool tag_of_a_flag = c >= 0xE0020 && c <= 0xE007F;
  return u_isUWhiteSpace(c) || (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) && !tag_of_a_flag);
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
  for (std::size_t at = ascii_bytes(text); at < text.size(); at += ascii_bytes(text.substr(at))) {
    // Other scripts come in runs.
    while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80) {
      const std::size_t bytes = first_character(text.substr(at)).bytes;
      if (bytes == 0) return false;
      at += bytes;
    }
  }
  return true;
}

std::string repair_utf8(std::string_view text, std::string_view replacement) {
  std::string repaired;
  repaired.reserve(text.size());
  each_character(text, [&](const Character& c, std::string_view bytes) {
    repaired += c.bytes > 0 ? bytes : replacement;
  });
  return repaired;
}

std::string_view trimmed(std::string_view text, std::u32string_view also_in_front) {
  while (!text.empty()) {
    const char c = text.front();
    if (static_cast<unsigned char>(c) < 0x80) {
      if (!is_ascii_blank(c) && also_in_front.find(static_cast<char32_t>(c)) == also_in_front.npos) break;
      text.remove_prefix(1);
      continue;
    }
    const Character first = first_character(text);
    const bool given = first.bytes > 0 && also_in_front.find(first.code) != also_in_front.npos;
    if (!given && !is_blank(first)) break;
    text.remove_prefix(first.bytes);
  }
  while (!text.empty()) {
    const char c = text.back();
    if (static_cast<unsigned char>(c) < 0x80 && !is_ascii_blank(c)) break;
    const Character last = last_character(text);
    if (!is_blank(last)) break;
    text.remove_suffix(last.bytes);
  }
  return text;
}

std::size_t word_bytes(std::string_view text, std::string_view also) {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character next = first_character(text.substr(bytes));
    if (next.bytes == 0) break;
    const auto c = static_cast<UChar32>(next.code);
    const bool of_word = c < 0x80 ? u_isalnum(c) || also.find(static_cast<char>(c)) != also.npos
                                  : u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
    if (!of_word) break;
    bytes += next.bytes;
  }
  return bytes;
}

bool holds_white_space(std::string_view text) {
  bool found = false;
  each_character(text, [&](const Character& character, std::string_view) {
    found |= character.bytes > 0 && u_isUWhiteSpace(static_cast<UChar32>(character.code));
  });
  return found;
}

bool holds_control(std::string_view text) {
  bool holds = false;
  each_character(text, [&](const Character& c, std::string_view) {
    holds |= c.bytes > 0 && (c.code < 0x20 || (c.code >= 0x7F && c.code < 0xA0));
  });
  return holds;
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
  each_character(text, [&](const Character& c, std::string_view bytes) {
    const auto code = static_cast<UChar32>(c.code);
    if (code < 0x80 || !u_hasBinaryProperty(code, UCHAR_VARIATION_SELECTOR)) kept += bytes;
  });
  return kept;
}

}  // namespace shoal
