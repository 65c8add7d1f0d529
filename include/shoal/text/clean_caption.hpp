// Captions as text encoders are to see them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shoal {

enum class CaptionTags : std::uint8_t {
  keep,      ///< "#sea"
  as_words,  ///< "sea"
  remove,
};

/// What is taken out of a caption. The climate study removed emoji and the signs of hashtags, of which it
/// kept the words.
struct CaptionCleaning {
  bool addresses = true;  ///< of the web
  bool handles = true;    ///< with their '@'; e-mail addresses
  bool emoji = true;      ///< with skin tones, flags, keycaps and what joins them
  bool space = true;      ///< at the ends, and all but one space between words
  CaptionTags tags = CaptionTags::as_words;
};

/// The caption without that. Where two words would become one, a space stands between them. Tags, handles and
/// addresses are those of caption_tags.hpp, emoji and white space those of Unicode; punctuation around what
/// is taken out stays. caption: UTF-8; its entities decoded.
std::string clean_caption(std::string_view caption, const CaptionCleaning& cleaning);

}  // namespace shoal
