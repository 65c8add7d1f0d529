// What goes is found in the caption as it is written, so that no removal makes or hides another.
#include "shoal/text/clean_caption.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "emoji.hpp"
#include "shoal/base/odd_text.hpp"
#include "signed_words.hpp"
#include "web_addresses.hpp"

namespace shoal {
namespace {

/// An address without the punctuation that ends the sentence it stands in.
TextSpan without_punctuation(std::string_view caption, TextSpan address) {
  const std::string_view text = caption.substr(address.begin, address.end - address.begin);
  const std::size_t last = text.find_last_not_of(".,;:!?'*");
  if (last != text.npos) address.end = address.begin + last + 1;
  return address;
}

std::vector<TextSpan> all_addresses(std::string_view caption) {
  std::vector<TextSpan> found;
  for (auto next = next_web_address(caption, 0); next; next = next_web_address(caption, found.back().end))
    found.push_back(*next);
  for (TextSpan& address : found) address = without_punctuation(caption, address);
  return found;
}

/// What goes but for emoji and white space, in order; parts may overlap.
std::vector<TextSpan> parts_to_remove(std::string_view caption, const CaptionCleaning& cleaning) {
  std::vector<TextSpan> parts;
  if (cleaning.addresses) parts = all_addresses(caption);
  if (cleaning.handles) {
    for (const SignedWord& found : mention_words(caption)) parts.push_back({found.sign, found.end});
    std::ranges::copy(mail_addresses(caption), std::back_inserter(parts));
  }
  if (cleaning.tags != CaptionTags::keep) {
    for (const SignedWord& found : hashtag_words(caption)) {
      const auto word = static_cast<std::size_t>(found.word.data() - caption.data());
      parts.push_back({found.sign, cleaning.tags == CaptionTags::remove ? found.end : word});
    }
  }
  std::ranges::sort(parts, {}, &TextSpan::begin);
  return parts;
}

bool is_of_word(const Character& character) {
  constexpr std::uint32_t kOfWords = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
  return character.bytes > 0 && (U_GET_GC_MASK(static_cast<UChar32>(character.code)) & kOfWords) != 0;
}

/// Writes what stays, with a space where a gap would make one word of two.
class Writer {
 public:
  void gap() { gap_ = true; }

  /// text: not empty.
  void write(std::string_view text) {
    while (!text.empty()) {
      const Character next = first_character(text);
      const bool of_word = is_of_word(next);
      if (gap_ && behind_word_ && of_word) written_ += ' ';
      const std::size_t bytes = std::max<std::size_t>(next.bytes, 1);
      written_ += text.substr(0, bytes);
      text.remove_prefix(bytes);
      behind_word_ = of_word;
      gap_ = false;
    }
  }

  [[nodiscard]] std::string take() { return std::move(written_); }

 private:
  std::string written_;
  bool gap_ = false;
  bool behind_word_ = false;
};

void write_without_emoji(std::string_view text, Writer& writer) {
  while (!text.empty()) {
    std::size_t bytes = emoji_bytes(text);
    if (bytes > 0) {
      writer.gap();
    } else {
      bytes = std::max<std::size_t>(first_character(text).bytes, 1);
      writer.write(text.substr(0, bytes));
    }
    text.remove_prefix(bytes);
  }
}

std::string with_single_spaces(std::string_view text) {
  std::string written;
  bool space = false;
  while (!text.empty()) {
    const Character next = first_character(text);
    const std::size_t bytes = std::max<std::size_t>(next.bytes, 1);
    if (next.bytes > 0 && u_isUWhiteSpace(static_cast<UChar32>(next.code))) {
      space = true;
    } else {
      if (space && !written.empty()) written += ' ';
      written += text.substr(0, bytes);
      space = false;
    }
    text.remove_prefix(bytes);
  }
  return written;
}

}  // namespace

std::string clean_caption(std::string_view caption, const CaptionCleaning& cleaning) {
  Writer writer;
  std::size_t done = 0;
  const auto keep_until = [&](std::size_t end) {
    if (end <= done) return;
    const std::string_view kept = caption.substr(done, end - done);
    cleaning.emoji ? write_without_emoji(kept, writer) : writer.write(kept);
  };
  for (const TextSpan& part : parts_to_remove(caption, cleaning)) {
    keep_until(part.begin);
    writer.gap();
    done = std::max(done, part.end);
  }
  keep_until(caption.size());
  std::string cleaned = writer.take();
  return cleaning.space ? with_single_spaces(cleaned) : cleaned;
}

}  // namespace shoal
