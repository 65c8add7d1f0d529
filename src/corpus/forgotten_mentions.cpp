// A caption is looked through twice: for what stands beside '@', then for addresses.
#include "forgotten_mentions.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "account_names.hpp"
#include "addresses.hpp"

namespace shoal {
namespace {

/// Handles have at most 255 bytes; in capitals of other alphabets they may take a few times as many.
constexpr std::size_t kLongestSpelling = 1024;

constexpr std::string_view kPlatform = "instagram.com/";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// Whether a character of more than one byte goes on here.
bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// How many bytes at the beginning of text are an '@', or one of its wide and small forms.
std::size_t at_sign(std::string_view text) {
  constexpr std::array<std::string_view, 3> kSigns{"@", "\xef\xbc\xa0", "\xef\xb9\xab"};
  for (const std::string_view sign : kSigns) {
    if (text.starts_with(sign)) return sign.size();
  }
  return 0;
}

/// How many bytes at the beginning of text may belong to handles.
std::size_t word_length(std::string_view text) {
  std::size_t end = 0;
  while (
      end < text.size() &&
      (is_letter_or_digit(text[end]) || is_beyond_ascii(text[end]) || text[end] == '.' || text[end] == '-') &&
      at_sign(text.substr(end)) == 0)
    ++end;
  return end;
}

/// Points at a word's end close a sentence.
std::string_view without_points(std::string_view word) {
  while (word.ends_with('.') || word.ends_with('-')) word.remove_suffix(1);
  return word;
}

/// The beginning of a word that the platform itself takes for a handle.
std::string_view handle_of_platform(std::string_view word) {
  const auto* const end =
      std::ranges::find_if_not(word, [](char c) { return is_letter_or_digit(c) || c == '.'; });
  return without_points(word.substr(0, static_cast<std::size_t>(end - word.begin())));
}

class CaptionOfOthers {
 public:
  CaptionOfOthers(const std::vector<std::string>& mentions, const IsForgotten& is_forgotten)
      : mentions_(mentions), is_forgotten_(is_forgotten) {}

  [[nodiscard]] std::string without_at_signs(std::string_view caption) const {
    std::string shown;
    bool behind_sign = false;
    for (std::size_t at = 0; at < caption.size();) {
      const std::size_t sign = at_sign(caption.substr(at));
      const std::string_view word = caption.substr(at, sign > 0 ? 0 : word_length(caption.substr(at)));
      if (word.empty()) {
        const std::size_t bytes = std::max<std::size_t>(sign, 1);
        shown += caption.substr(at, bytes);
        at += bytes;
        behind_sign = sign > 0;
        continue;
      }
      at += word.size();
      const std::string_view rest = word.substr(behind_sign ? forgotten_in_front(word) : 0);
      const bool before_sign = at_sign(caption.substr(at)) > 0;
      shown += rest.substr(0, rest.size() - (before_sign ? forgotten_at_end(rest) : 0));
      behind_sign = false;
    }
    return shown;
  }

  [[nodiscard]] std::string without_addresses(std::string_view caption) const {
    std::string shown;
    while (!caption.empty()) {
      const auto found = std::ranges::search(caption, kPlatform, [](char c, char wanted) {
        return (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == wanted;
      });
      const auto before = static_cast<std::size_t>(found.begin() - caption.begin());
      shown += caption.substr(0, before);
      caption.remove_prefix(before);
      const std::string_view address = caption.substr(0, address_length(caption));
      const std::string handle = handle_in_address(address);
      const std::size_t begin = handle.empty() ? std::string_view::npos : address.find("/" + handle);
      if (begin == std::string_view::npos) {
        shown += address;
      } else {
        shown += address.substr(0, begin + 1);
        shown += address.substr(begin + 1 + forgotten_in_front(handle));
      }
      caption.remove_prefix(address.size());
    }
    return shown;
  }

 private:
  [[nodiscard]] bool is_mentioned(const std::string& handle) const {
    return std::ranges::find(mentions_, handle) != mentions_.end();
  }

  /// How many bytes at the beginning of a word are a forgotten account's handle. The longest beginning that
  /// the post mentions decides; where it mentions none, the word and what the platform takes for a handle.
  [[nodiscard]] std::size_t forgotten_in_front(std::string_view word) const {
    const std::string_view whole = without_points(word);
    for (std::size_t end = std::min(whole.size(), kLongestSpelling); end > 0; --end) {
      const bool inside =
          end < word.size() && (is_letter_or_digit(word[end]) || is_inside_character(word[end]));
      if (inside || without_points(whole.substr(0, end)).size() < end) continue;
      const std::string handle = plain_handle(whole.substr(0, end));
      if (is_mentioned(handle)) return is_forgotten_(handle) ? end : 0;
    }
    for (const std::string_view name : {whole, handle_of_platform(word)}) {
      if (!name.empty() && name.size() <= kLongestSpelling && is_forgotten_(plain_handle(name)))
        return name.size();
    }
    return 0;
  }

  /// How many bytes at the end of a word are a forgotten account's handle.
  [[nodiscard]] std::size_t forgotten_at_end(std::string_view word) const {
    const auto last = std::ranges::find_if(word.rbegin(), word.rend(), is_beyond_ascii);
    const std::string_view behind = word.substr(static_cast<std::size_t>(word.rend() - last));
    for (const std::string_view name : {word, behind}) {
      if (!name.empty() && name.size() <= kLongestSpelling && is_forgotten_(plain_handle(name)))
        return name.size();
    }
    return 0;
  }

  /// How many bytes at the beginning of text may belong to an address.
  static std::size_t address_length(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size()) {
      const std::size_t word = word_length(text.substr(end));
      if (word == 0 && text[end] != '/') break;
      end += std::max<std::size_t>(word, 1);
    }
    return end;
  }

  const std::vector<std::string>& mentions_;
  const IsForgotten& is_forgotten_;
};

}  // namespace

std::string without_forgotten_handles(std::string_view caption, const std::vector<std::string>& mentions,
                                      const IsForgotten& is_forgotten) {
  const CaptionOfOthers others(mentions, is_forgotten);
  return others.without_addresses(others.without_at_signs(caption));
}

void forget_mentions(Post& post, const IsForgotten& is_forgotten) {
  post.caption = without_forgotten_handles(post.caption, post.mentions, is_forgotten);
  std::erase_if(post.mentions, is_forgotten);
}

}  // namespace shoal
