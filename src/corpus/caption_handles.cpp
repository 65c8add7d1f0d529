// Accounts and posts inside captions: whatever may be a handle behind or before '@', and what addresses name.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "account_names.hpp"
#include "handles_in_text.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

/// What handles have beside letters and digits; '-' and letters beyond ASCII are other platforms'.
constexpr std::string_view kOfHandles = "_.-";

/// Points and dashes at the end close a sentence.
std::size_t without_end(std::string_view handle) {
  const std::size_t last = handle.find_last_not_of(".-");
  return last == handle.npos ? 0 : last + 1;
}

/// Where the characters that mailboxes have begin, at the end of a text.
std::size_t begin_of_mailbox(std::string_view text) {
  const std::size_t last =
      text.find_last_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-");
  return last == text.npos ? 0 : last + 1;
}

class CaptionWriter {
 public:
  CaptionWriter(std::string_view caption, std::span<const std::string> mentions, std::string_view platform,
                const Pseudonyms& pseudonyms)
      : caption_(caption), mentions_(mentions), platform_(platform), pseudonyms_(pseudonyms) {}

  std::string write() {
    std::size_t behind_sign = caption_.npos;  // the last one
    for (const PossibleHandle& found : possible_handles(caption_)) {
      switch (found.place) {
        case PossibleHandle::Place::behind_sign:
          behind_sign = begin_of_word(found);
          hide(behind_sign, handle_length(caption_.substr(behind_sign)), platform_);
          break;
        case PossibleHandle::Place::before_sign:
          hide_mailbox(found, behind_sign);
          break;
        case PossibleHandle::Place::in_address:
          hide(found.begin, word_length(caption_.substr(found.begin, found.end - found.begin)),
               kPlatformOfAddresses);
          break;
      }
    }
    shown_ += caption_.substr(done_);
    return std::move(shown_);
  }

 private:
  /// Writes the caption up to a handle, and its pseudonym; of what is hidden already only the rest.
  void hide(std::size_t begin, std::size_t length, std::string_view platform) {
    const std::size_t end = begin + length;
    begin = std::max(begin, done_);
    if (begin >= end) return;
    shown_ += caption_.substr(done_, begin - done_);
    const std::string handle = plain_handle(caption_.substr(begin, end - begin));
    shown_ += pseudonyms_.of(pseudonym_kind::kAccount, account_key(platform, handle));
    done_ = end;
  }

  /// Of an e-mail address what stands before '@'; not what follows a handle behind another '@'.
  void hide_mailbox(const PossibleHandle& found, std::size_t behind_sign) {
    const std::size_t begin =
        found.begin + begin_of_mailbox(caption_.substr(found.begin, found.end - found.begin));
    if (begin != behind_sign) hide(begin, found.end - begin, platform_);
  }

  /// Where the word behind a sign begins: characters that are never shown may stand in front of it.
  [[nodiscard]] std::size_t begin_of_word(const PossibleHandle& found) const {
    const std::string_view word = caption_.substr(found.begin, found.end - found.begin);
    const std::string_view shown = trimmed(word);
    return found.begin + (shown.empty() ? 0 : static_cast<std::size_t>(shown.data() - word.data()));
  }

  /// How many bytes of a word are a handle.
  static std::size_t word_length(std::string_view text) {
    return without_end(text.substr(0, word_bytes(text, kOfHandles)));
  }

  /// How many bytes at the beginning of text may be a handle.
  [[nodiscard]] std::size_t handle_length(std::string_view text) const {
    std::size_t longest = 0;
    for (const std::string& key : mentions_) {
      const std::string_view mention = name_in_key(key, platform_);
      const std::string_view written = text.substr(0, mention.size());
      if (mention.size() > longest && written.size() == mention.size() && lower_case(written) == mention)
        longest = mention.size();
    }
    const std::size_t word = word_length(text);
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    // A longer handle in ASCII is another account's than a mention that it begins with.
    const std::size_t plain = without_end(text.substr(
        0,
        static_cast<std::size_t>(std::ranges::find_if_not(text.substr(0, word), is_ascii) - text.begin())));
    return longest > 0 && plain <= longest ? longest : word;
  }

  std::string_view caption_;
  std::span<const std::string> mentions_;
  std::string_view platform_;
  const Pseudonyms& pseudonyms_;
  std::string shown_;
  std::size_t done_ = 0;  ///< how much of the caption is written
};

}  // namespace

std::string without_handles(std::string_view caption, std::span<const std::string> mentions,
                            std::string_view platform, const Pseudonyms& pseudonyms) {
  return CaptionWriter(caption, mentions, platform, pseudonyms).write();
}

std::string without_shortcodes(std::string_view caption, const Pseudonyms& pseudonyms) {
  std::string shown;
  for (const std::string_view code : shortcodes_in_addresses(caption)) {
    const auto begin = static_cast<std::size_t>(code.data() - caption.data());
    shown += caption.substr(0, begin);
    shown += pseudonyms.of(pseudonym_kind::kPost, fmt::format("ig:{}", code));
    caption.remove_prefix(begin + code.size());
  }
  shown += caption;
  return shown;
}

}  // namespace shoal
