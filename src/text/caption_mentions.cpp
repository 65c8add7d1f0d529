// Handles as the platform has them: ASCII, with single points inside.
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>

#include "shoal/base/odd_text.hpp"
#include "shoal/text/ascii.hpp"
#include "shoal/text/caption_tags.hpp"
#include "shoal/text/signs.hpp"
#include "signed_words.hpp"
#include "web_addresses.hpp"

namespace shoal {
namespace {

bool is_of_mailbox(char c) { return is_ascii_word(c) || c == '.' || c == '+' || c == '-'; }

std::size_t handle_bytes(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    const bool point = text[end] == '.' && end > 0 && end + 1 < text.size() && is_ascii_word(text[end + 1]);
    if (!is_ascii_word(text[end]) && !point) break;
    ++end;
  }
  return end;
}

/// Whether a Latin letter beyond ASCII, or a mark, comes first: of "@müller" the beginning is nobody's
/// handle. Other scripts follow handles without a space, as in "@annaさん".
bool goes_on(std::string_view text) {
  if (text.empty()) return false;
  const auto c = static_cast<UChar32>(first_character(text).code);
  if (c < 0x80) return false;
  if ((U_GET_GC_MASK(c) & U_GC_M_MASK) != 0) return true;
  UErrorCode status = U_ZERO_ERROR;
  return u_isalpha(c) && uscript_getScript(c, &status) == USCRIPT_LATIN;
}

/// Whether a handle is the host of an e-mail address. before: the text in front of its sign, without the
/// handle in front of that. Lines and points there ("____@anna", "Joy.@anna") are no mailbox.
bool is_of_mail(std::string_view before, std::string_view handle) {
  const auto last = std::ranges::find_if_not(before.rbegin(), before.rend(), is_of_mailbox);
  const std::string_view mailbox = before.substr(static_cast<std::size_t>(before.rend() - last));
  const std::string_view in_front = before.substr(0, before.size() - mailbox.size());
  if (mailbox.empty() || in_front.ends_with('#')) return false;
  if (is_ascii_alnum(mailbox.back())) return true;
  return mailbox.back() != '.' && handle.find('.') != handle.npos &&
         std::ranges::any_of(mailbox, is_ascii_alnum);
}

}  // namespace

std::vector<SignedWord> mention_words(std::string_view caption) {
  std::vector<SignedWord> words;
  SignSearch signs(caption, kAtForms);
  WebAddresses addresses(caption);
  std::size_t behind_last = 0;  // handle or sign
  for (std::size_t sign = signs.next(0); sign != caption.npos; sign = signs.next(behind_last)) {
    const std::size_t begin = sign + sign_bytes(caption.substr(sign), kAtForms);
    const std::string_view handle = caption.substr(begin, handle_bytes(caption.substr(begin)));
    const std::string_view before = caption.substr(behind_last, sign - behind_last);
    behind_last = begin + handle.size();
    if (!handle.empty() && !goes_on(caption.substr(behind_last)) && !is_of_mail(before, handle) &&
        !addresses.cover(sign))
      words.push_back({sign, handle});
  }
  return words;
}

std::vector<std::string> mentions_in(std::string_view caption) {
  return distinct_words(mention_words(caption));
}

}  // namespace shoal
