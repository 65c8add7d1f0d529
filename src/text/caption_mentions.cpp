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
  if (c < 0x80 || u_hasBinaryProperty(c, UCHAR_VARIATION_SELECTOR)) return false;
  if ((U_GET_GC_MASK(c) & U_GC_M_MASK) != 0) return true;
  UErrorCode status = U_ZERO_ERROR;
  return u_isalpha(c) && uscript_getScript(c, &status) == USCRIPT_LATIN;
}

/// What may be a host at the beginning of text.
std::string_view host_in(std::string_view text) {
  const auto* const end =
      std::ranges::find_if_not(text, [](char c) { return is_ascii_word(c) || c == '.' || c == '-'; });
  std::string_view host = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  while (!host.empty() && !is_ascii_alnum(host.back())) host.remove_suffix(1);
  return host;
}

/// An '@', what may be a mailbox in front of it, and the handle behind it.
struct AtSign {
  std::size_t begin = 0;
  std::string_view mailbox;
  std::string_view behind;  ///< the caption from there on
  std::string_view handle;
  bool behind_hash = false;  ///< whether the mailbox is a hashtag
};

/// Whether it is that of an e-mail address. Lines and points in front of it ("____@anna", "Joy.@anna") are no
/// mailbox.
bool is_of_mail(const AtSign& sign) {
  if (sign.mailbox.empty() || sign.behind_hash || sign.handle.empty()) return false;
  if (is_ascii_alnum(sign.mailbox.back())) return true;
  return sign.mailbox.back() != '.' && std::ranges::any_of(sign.mailbox, is_ascii_alnum) &&
         host_in(sign.behind).find('.') != std::string_view::npos;
}

/// Calls visit(sign, where its handle ends) for each sign that is in no web address.
template <class Visit>
void each_at_sign(std::string_view caption, const Visit& visit) {
  SignSearch signs(caption, kAtForms);
  WebAddresses addresses(caption);
  std::size_t behind_last = 0;  // handle or sign
  for (std::size_t begin = signs.next(0); begin != caption.npos; begin = signs.next(behind_last)) {
    const std::size_t behind = begin + sign_bytes(caption.substr(begin), kAtForms);
    const std::string_view before = caption.substr(behind_last, begin - behind_last);
    const auto last = std::ranges::find_if_not(before.rbegin(), before.rend(), is_of_mailbox);
    AtSign sign;
    sign.begin = begin;
    sign.mailbox = before.substr(static_cast<std::size_t>(before.rend() - last));
    sign.behind = caption.substr(behind);
    sign.handle = sign.behind.substr(0, handle_bytes(sign.behind));
    sign.behind_hash = before.substr(0, before.size() - sign.mailbox.size()).ends_with('#');
    behind_last = behind + sign.handle.size();
    if (!addresses.cover(begin)) visit(sign, behind_last);
  }
}

}  // namespace

std::vector<SignedWord> mention_words(std::string_view caption) {
  std::vector<SignedWord> words;
  each_at_sign(caption, [&](const AtSign& sign, std::size_t end) {
    if (!sign.handle.empty() && !goes_on(caption.substr(end)) && !is_of_mail(sign))
      words.push_back({sign.begin, sign.handle, end});
  });
  return words;
}

std::vector<TextSpan> mail_addresses(std::string_view caption) {
  std::vector<TextSpan> found;
  each_at_sign(caption, [&](const AtSign& sign, std::size_t end) {
    if (!is_of_mail(sign)) return;
    const auto behind = static_cast<std::size_t>(sign.behind.data() - caption.data());
    found.push_back({sign.begin - sign.mailbox.size(), std::max(end, behind + host_in(sign.behind).size())});
  });
  return found;
}

std::vector<std::string> mentions_in(std::string_view caption) {
  return distinct_words(mention_words(caption));
}

}  // namespace shoal
