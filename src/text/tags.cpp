// Normalisation of tags through ICU, with a way past it for plain ASCII.
#include "shoal/text/tags.hpp"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>

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

std::string_view strip(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(std::string(kSpace) + "#");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
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
  if (U_FAILURE(status)) throw FailureError("ICU failed to normalise a tag");
  return result;
}

/// Calls visit(offset, length, well_formed) for each character or each byte that belongs to none.
template <class Visit>
void each_character(std::string_view text, const Visit& visit) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int64_t>(text.size());
  for (std::int64_t at = 0; at < size;) {
    // U8_NEXT counts in int32: look at no more than one character's bytes at a time.
    const auto left = static_cast<std::int32_t>(std::min<std::int64_t>(size - at, 4));
    std::int32_t length = 0;
    UChar32 character = 0;
    U8_NEXT(bytes + at, length, left, character);
    if (character < 0) length = 1;
    visit(static_cast<std::size_t>(at), static_cast<std::size_t>(length), character >= 0);
    at += length;
  }
}

}  // namespace

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  bool valid = true;
  each_character(text, [&](std::size_t, std::size_t, bool well_formed) { valid &= well_formed; });
  return valid;
}

std::string repair_utf8(std::string_view text, std::string_view replacement) {
  std::string repaired;
  repaired.reserve(text.size());
  each_character(text, [&](std::size_t at, std::size_t length, bool well_formed) {
    repaired += well_formed ? text.substr(at, length) : replacement;
  });
  return repaired;
}

std::optional<std::string> normalise_tag(std::string_view text) {
  const std::string_view bare = strip(text);
  if (bare.empty() || !is_utf8(bare)) return std::nullopt;
  // No composition brings so long a text below the limit: it is left as it is, for the caller to refuse.
  if (bare.size() > 16 * kLongestTag) return std::string(bare);
  if (is_ascii(bare)) return ascii_lower(bare);
  icu::UnicodeString tag = normalised(
      icu::UnicodeString::fromUTF8(icu::StringPiece(bare.data(), static_cast<std::int32_t>(bare.size()))));
  tag.foldCase(U_FOLD_CASE_DEFAULT);
  std::string result;
  normalised(tag).toUTF8String(result);
  return result;
}

}  // namespace shoal
