// Of what may be a handle, the parts are tried that a forgotten account's may be.
#include "forgotten_mentions.hpp"

#include <algorithm>
#include <cstddef>

#include "account_names.hpp"
#include "handles_in_text.hpp"
#include "shoal/text/ascii.hpp"

namespace shoal {
namespace {

/// Handles have at most 255 bytes; in capitals of other alphabets they may take a few times as many.
constexpr std::size_t kLongestSpelling = 1024;

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// Whether a character of more than one byte goes on here.
bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Points at a word's end close a sentence.
std::string_view without_points(std::string_view word) {
  while (word.ends_with('.') || word.ends_with('-')) word.remove_suffix(1);
  return word;
}

/// The beginning of a word that the platform itself takes for a handle.
std::string_view handle_of_platform(std::string_view word) {
  const auto* const end = std::ranges::find_if_not(word, [](char c) { return is_ascii_word(c) || c == '.'; });
  return without_points(word.substr(0, static_cast<std::size_t>(end - word.begin())));
}

class CaptionOfOthers {
 public:
  CaptionOfOthers(const std::vector<std::string>& mentions, std::string_view platform,
                  const IsForgotten& is_forgotten)
      : mentions_(mentions), platform_(platform), is_forgotten_(is_forgotten) {}

  [[nodiscard]] std::string without_forgotten(std::string_view caption) const {
    std::string shown;
    std::size_t done = 0;  // how much of the caption is looked through
    for (const PossibleHandle& found : possible_handles(caption)) {
      if (found.end <= done) continue;
      const std::size_t begin = std::max(found.begin, done);
      const std::string_view word = caption.substr(begin, found.end - begin);
      const bool at_end = found.place == PossibleHandle::Place::before_sign;
      const bool in_address = found.place == PossibleHandle::Place::in_address;
      const std::size_t length = at_end       ? forgotten_at_end(word)
                                 : in_address ? forgotten_in_front(word, kPlatformOfAddresses)
                                              : forgotten_in_front(word, platform_);
      if (length == 0) continue;
      const std::size_t handle = at_end ? found.end - length : begin;
      shown += caption.substr(done, handle - done);
      done = handle + length;
    }
    shown += caption.substr(done);
    return shown;
  }

 private:
  [[nodiscard]] bool is_mentioned(const std::string& key) const {
    return std::ranges::find(mentions_, key) != mentions_.end();
  }

  /// How many bytes at the beginning of a word are a forgotten account's handle. The longest beginning that
  /// the post mentions decides; where it mentions none, the word and what the platform takes for a handle.
  [[nodiscard]] std::size_t forgotten_in_front(std::string_view word, std::string_view platform) const {
    const std::string_view whole = without_points(word);
    for (std::size_t end = std::min(whole.size(), kLongestSpelling); end > 0; --end) {
      const bool inside = end < word.size() && (is_ascii_word(word[end]) || is_inside_character(word[end]));
      if (inside || without_points(whole.substr(0, end)).size() < end) continue;
      const std::string key = account_key(platform, plain_handle(whole.substr(0, end)));
      if (is_mentioned(key)) return is_forgotten_(key) ? end : 0;
    }
    for (const std::string_view name : {whole, handle_of_platform(word)}) {
      if (is_forgotten(name, platform)) return name.size();
    }
    return 0;
  }

  /// How many bytes at the end of a mailbox are a forgotten account's handle.
  [[nodiscard]] std::size_t forgotten_at_end(std::string_view mailbox) const {
    const std::string_view word = mailbox.substr(mailbox.rfind('+') + 1);
    const auto last = std::ranges::find_if(word.rbegin(), word.rend(), is_beyond_ascii);
    const std::string_view behind = word.substr(static_cast<std::size_t>(word.rend() - last));
    for (const std::string_view name : {word, behind}) {
      if (is_forgotten(name, platform_)) return name.size();
    }
    return 0;
  }

  [[nodiscard]] bool is_forgotten(std::string_view name, std::string_view platform) const {
    return !name.empty() && name.size() <= kLongestSpelling &&
           is_forgotten_(account_key(platform, plain_handle(name)));
  }

  const std::vector<std::string>& mentions_;
  std::string_view platform_;
  const IsForgotten& is_forgotten_;
};

}  // namespace

std::string without_forgotten_handles(std::string_view caption, const std::vector<std::string>& mentions,
                                      std::string_view platform, const IsForgotten& is_forgotten) {
  return CaptionOfOthers(mentions, platform, is_forgotten).without_forgotten(caption);
}

void forget_mentions(Post& post, const IsForgotten& is_forgotten) {
  post.caption = without_forgotten_handles(post.caption, post.mentions, post.platform, is_forgotten);
  std::erase_if(post.mentions, is_forgotten);
}

}  // namespace shoal
