// Accounts inside captions: whatever may be a handle behind or before '@', and in addresses.
#include <algorithm>
#include <array>
#include <cstddef>

#include "account_names.hpp"
#include "addresses.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

/// What handles have beside letters and digits; '-' and letters beyond ASCII are other platforms'.
constexpr std::string_view kOfHandles = "_.-";
constexpr std::string_view kHost = "instagram.com/";

constexpr std::array<std::string_view, 3> kAtSigns{"@", "\xef\xbc\xa0", "\xef\xb9\xab"};  // full-width, small

/// How many bytes at the beginning of text are one of them.
std::size_t at_sign(std::string_view text) {
  for (const std::string_view sign : kAtSigns) {
    if (text.starts_with(sign)) return sign.size();
  }
  return 0;
}

/// Points and dashes at the end close a sentence.
std::size_t without_end(std::string_view handle) {
  const std::size_t last = handle.find_last_not_of(".-");
  return last == handle.npos ? 0 : last + 1;
}

class CaptionWriter {
 public:
  CaptionWriter(std::span<const std::string> mentions, const Pseudonyms& pseudonyms)
      : mentions_(mentions), pseudonyms_(pseudonyms) {}

  std::string write(std::string_view caption) {
    while (!caption.empty()) {
      std::size_t taken = take_address(caption);
      if (taken == 0) taken = take_mention(caption);
      if (taken == 0) {
        shown_ += caption.front();
        taken = 1;
      }
      caption.remove_prefix(taken);
    }
    return std::move(shown_);
  }

 private:
  [[nodiscard]] std::string pseudonym(std::string_view handle) const {
    return pseudonyms_.of(pseudonym_kind::kAccount, plain_handle(handle));
  }

  /// The handle in "instagram.com/NAME"; returns how many bytes that takes, 0 where there is none.
  std::size_t take_address(std::string_view text) {
    if (text.front() != 'i' && text.front() != 'I') return 0;
    if (lower_case(text.substr(0, kHost.size())) != kHost) return 0;
    const std::size_t end = std::min(text.find_first_of(" \t\r\n\"'<>()"), text.size());
    const std::string_view address = text.substr(0, end);
    const std::string handle = handle_in_address("https://" + std::string(address));
    const std::size_t at = handle.empty() ? address.npos : address.find(handle, kHost.size());
    if (at == address.npos) return 0;
    const std::size_t length = without_end(address.substr(at, word_bytes(address.substr(at), kOfHandles)));
    if (length == 0) return 0;
    shown_ += address.substr(0, at);
    shown_ += pseudonym(address.substr(at, length));
    return at + length;
  }

  /// '@' and the handle behind it.
  std::size_t take_mention(std::string_view text) {
    const std::size_t sign = at_sign(text);
    if (sign == 0) return 0;
    hide_word_before();
    shown_ += text.substr(0, sign);
    const std::size_t length = handle_length(text.substr(sign));
    if (length > 0) shown_ += pseudonym(text.substr(sign, length));
    return sign + length;
  }

  /// Of an e-mail address what stands before '@'.
  void hide_word_before() {
    const std::size_t last =
        shown_.find_last_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-");
    const std::size_t begin = last == shown_.npos ? 0 : last + 1;
    // Behind another '@' stands a pseudonym already.
    const std::string_view before = std::string_view(shown_).substr(0, begin);
    const bool behind_sign =
        std::ranges::any_of(kAtSigns, [&](std::string_view sign) { return before.ends_with(sign); });
    if (begin == shown_.size() || behind_sign) return;
    const std::string word = shown_.substr(begin);
    shown_.resize(begin);
    shown_ += pseudonym(word);
  }

  /// How many bytes at the beginning of text may be a handle.
  [[nodiscard]] std::size_t handle_length(std::string_view text) const {
    std::size_t longest = 0;
    for (const std::string& mention : mentions_) {
      const std::string_view written = text.substr(0, mention.size());
      if (mention.size() > longest && written.size() == mention.size() && lower_case(written) == mention)
        longest = mention.size();
    }
    const std::size_t word = without_end(text.substr(0, word_bytes(text, kOfHandles)));
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    // A longer handle in ASCII is another account's than a mention that it begins with.
    const std::size_t plain = without_end(text.substr(
        0,
        static_cast<std::size_t>(std::ranges::find_if_not(text.substr(0, word), is_ascii) - text.begin())));
    return longest > 0 && plain <= longest ? longest : word;
  }

  std::span<const std::string> mentions_;
  const Pseudonyms& pseudonyms_;
  std::string shown_;
};

}  // namespace

std::string without_handles(std::string_view caption, std::span<const std::string> mentions,
                            const Pseudonyms& pseudonyms) {
  return CaptionWriter(mentions, pseudonyms).write(caption);
}

}  // namespace shoal
