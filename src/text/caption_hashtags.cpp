// UAX #31's hashtags (R8), with the ends that captions need.
#include <unicode/uchar.h>

#include "emoji.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/text/ascii.hpp"
#include "shoal/text/caption_tags.hpp"
#include "shoal/text/signs.hpp"
#include "shoal/text/unicode.hpp"
#include "signed_words.hpp"
#include "web_addresses.hpp"

namespace shoal {
namespace {

constexpr std::uint32_t kOfWords = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_PC_MASK;
constexpr UChar32 kNonJoiner = 0x200C;  // inside words of Persian and of Indian languages, as is the joiner

bool continues_tag(const Character& character) {
  if (character.bytes == 0) return false;
  const auto c = static_cast<UChar32>(character.code);
  if (c < 0x80) return is_ascii_word(static_cast<char>(c));
  return (U_GET_GC_MASK(c) & kOfWords) != 0 || c == kNonJoiner || is_emoji(character.code) ||
         u_hasBinaryProperty(c, UCHAR_EMOJI_COMPONENT);  // joiners, flags' tags
}

/// U+0387 is U+00B7 in another spelling: "col·laboració".
bool is_middle_dot(const Character& character) { return character.code == 0xB7 || character.code == 0x387; }

/// How many bytes at the beginning of text are a tag's, with what is never shown.
std::size_t tag_bytes(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    if (is_ascii_word(text[end])) {
      ++end;
      continue;
    }
    const Character next = first_character(text.substr(end));
    std::size_t taken = next.bytes;
    if (is_middle_dot(next) && end > 0 && end + taken < text.size()) {
      const Character behind = first_character(text.substr(end + taken));
      if (!continues_tag(behind)) break;
      taken += behind.bytes;
    } else if (!continues_tag(next)) {
      break;
    }
    end += taken;
  }
  return end;
}

bool has_plain_ends(std::string_view run) {
  return !run.empty() && is_ascii_word(run.front()) && is_ascii_word(run.back());
}

/// Whether a tag's first character is a mark, which changes the sign in front of it.
bool begins_with_mark(std::string_view tag) {
  return !is_ascii_word(tag.front()) &&
         (U_GET_GC_MASK(static_cast<UChar32>(first_character(tag).code)) & U_GC_M_MASK) != 0;
}

}  // namespace

std::vector<SignedWord> hashtag_words(std::string_view caption) {
  std::vector<SignedWord> words;
  SignSearch signs(caption, kHashForms);
  WebAddresses addresses(caption);
  for (std::size_t sign = signs.next(0); sign != caption.npos;) {
    const std::size_t begin = sign + sign_bytes(caption.substr(sign), kHashForms);
    const std::string_view run = caption.substr(begin, tag_bytes(caption.substr(begin)));
    const std::string_view tag = has_plain_ends(run) ? run : trimmed(run);
    const bool of_entity = sign > 0 && caption[sign - 1] == '&';
    if (!tag.empty() && !of_entity && !begins_with_mark(tag) && !addresses.cover(sign))
      words.push_back({sign, tag, begin + run.size()});
    sign = signs.next(begin + run.size());
  }
  return words;
}

std::vector<std::string> hashtags_in(std::string_view caption) {
  return distinct_words(hashtag_words(caption));
}

}  // namespace shoal
