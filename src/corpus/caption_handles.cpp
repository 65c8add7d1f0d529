// Mentions inside captions: whatever may be a handle behind '@'.
#include <cstddef>

#include "account_names.hpp"
#include "shoal/corpus/pseudonyms.hpp"

namespace shoal {
namespace {

constexpr std::string_view kFullWidthAt = "\xef\xbc\xa0";

/// Handles are of ASCII's letters and digits, '_' and '.'; letters beyond ASCII, which other platforms have,
/// count too, so that no name stays.
bool is_of_handle(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-' || c >= 0x80;
}

/// How many bytes at the beginning of text are an '@'.
std::size_t at_sign(std::string_view text) {
  if (text.starts_with('@')) return 1;
  return text.starts_with(kFullWidthAt) ? kFullWidthAt.size() : 0;
}

/// How many bytes at the beginning of text may be a handle. Points at its end close a sentence.
std::size_t handle_length(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_of_handle(static_cast<unsigned char>(text[end])) &&
         at_sign(text.substr(end)) == 0)
    ++end;
  while (end > 0 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  return end;
}

}  // namespace

std::string without_handles(std::string_view caption, const Pseudonyms& pseudonyms) {
  std::string shown;
  for (std::size_t at = 0; at < caption.size();) {
    const std::size_t sign = at_sign(caption.substr(at));
    if (sign == 0) {
      shown += caption[at++];
      continue;
    }
    shown += caption.substr(at, sign);
    at += sign;
    const std::size_t length = handle_length(caption.substr(at));
    if (length == 0) continue;
    shown += pseudonyms.of(pseudonym_kind::kAccount, plain_handle(caption.substr(at, length)));
    at += length;
  }
  return shown;
}

}  // namespace shoal
