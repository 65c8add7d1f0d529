// Any bytes as a caption: what is found stands in it, and what is written is text where the caption is.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "corpus/forgotten_mentions.hpp"
#include "corpus/handles_in_text.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/text/caption_tags.hpp"
#include "shoal/text/clean_caption.hpp"
#include "shoal/text/tags.hpp"
#include "shoal/text/unicode.hpp"

namespace {

/// Ends the program where something does not hold.
void require(bool holds) {
  if (!holds) std::abort();
}

void require_words_of(std::string_view caption, const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    require(!words[i].empty() && caption.find(words[i]) != caption.npos && shoal::is_utf8(words[i]));
    if (i > 0) require(words[i] != words[i - 1]);
  }
}

void read_words(std::string_view caption) {
  const std::vector<std::string> tags = shoal::hashtags_in(caption);
  require_words_of(caption, tags);
  for (const std::string& tag : tags) require(shoal::normalise_tag(tag).has_value());
  require_words_of(caption, shoal::mentions_in(caption));
}

void read_handles(std::string_view caption, bool is_text) {
  std::size_t last = 0;
  for (const shoal::PossibleHandle& handle : shoal::possible_handles(caption)) {
    require(last <= handle.begin && handle.begin <= handle.end && handle.end <= caption.size());
    last = handle.begin;
  }
  const std::vector<std::string> mentions = shoal::mentions_in(caption);
  const shoal::Pseudonyms names(std::vector<std::byte>(32));
  require(shoal::is_utf8(shoal::without_handles(caption, mentions, {}, names)) || !is_text);
  require(shoal::is_utf8(shoal::without_shortcodes(caption, names)) || !is_text);
  const std::string rest =
      shoal::without_forgotten_handles(caption, mentions, {}, [](const std::string&) { return true; });
  require(rest.size() <= caption.size() && (shoal::is_utf8(rest) || !is_text));
}

/// Without anything, with everything, and with one switch alone.
void clean(std::string_view caption, bool is_text) {
  for (const unsigned switches : {0U, 15U, 1U << caption.size() % 4}) {
    for (const auto tags :
         {shoal::CaptionTags::keep, shoal::CaptionTags::as_words, shoal::CaptionTags::remove}) {
      const std::string cleaned = shoal::clean_caption(
          caption,
          {(switches & 1U) != 0, (switches & 2U) != 0, (switches & 4U) != 0, (switches & 8U) != 0, tags});
      require(cleaned.size() <= caption.size() && (shoal::is_utf8(cleaned) || !is_text));
      if (switches == 0 && tags == shoal::CaptionTags::keep) require(cleaned == caption);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view caption(reinterpret_cast<const char*>(data), size);
  const bool is_text = shoal::is_utf8(caption);
  read_words(caption);
  read_handles(caption, is_text);
  clean(caption, is_text);
  const std::string decoded = shoal::decode_entities(caption);
  require(decoded.size() <= caption.size() && (shoal::is_utf8(decoded) || !is_text));
  return 0;
}
