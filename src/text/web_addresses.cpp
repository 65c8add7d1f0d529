// An address is found at a slash or at "www.", and searched back from there to its beginning.
#include "web_addresses.hpp"

#include <unicode/uchar.h>

#include <algorithm>

#include "shoal/base/odd_text.hpp"
#include "shoal/text/ascii.hpp"

namespace shoal {
namespace {

constexpr std::size_t kLongestScheme = 32;
constexpr std::size_t kLongestHost = 253;

/// Whether a character that is no bracket may stand in an address. Those beyond ASCII are what browsers show
/// of an address (RFC 3987).
bool is_of_address(const Character& character) {
  const auto c = static_cast<UChar32>(character.code);
  if (character.bytes == 0) return false;
  if (c < 0x80)
    return c > 0x20 && c != 0x7F &&
           std::string_view("<>\"\\^`{}|").find(static_cast<char>(c)) == std::string_view::npos;
  if ((U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK)) == 0) return false;
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width != U_EA_WIDE && width != U_EA_FULLWIDTH;
}

std::size_t end_of_address(std::string_view text, std::size_t at) {
  std::size_t round = 0;
  std::size_t square = 0;
  while (at < text.size()) {
    const Character next = first_character(text.substr(at));
    if (!is_of_address(next)) break;
    const char c = text[at];
    if (c == '(') ++round;
    if (c == '[') ++square;
    if ((c == ')' && round-- == 0) || (c == ']' && square-- == 0)) break;
    at += next.bytes;
  }
  return at;
}

/// Where the run of characters of a kind that ends at `end` begins, not before `from`.
template <class IsOfKind>
std::size_t begin_of_run(std::string_view text, std::size_t from, std::size_t end,
                         const IsOfKind& is_of_kind) {
  while (end > from && is_of_kind(text[end - 1])) --end;
  return end;
}

/// Whether the slash at `at` is the first of "://".
bool is_behind_scheme(std::string_view text, std::size_t from, std::size_t at) {
  return at > from && text.substr(at - 1, 3) == "://";
}

/// Where the address with "://" at `colon` begins; npos where there is no scheme.
std::size_t begin_of_scheme(std::string_view text, std::size_t from, std::size_t colon) {
  from = std::max(from, colon - std::min(colon, kLongestScheme));
  std::size_t begin = begin_of_run(
      text, from, colon, [](char c) { return is_ascii_alnum(c) || c == '+' || c == '-' || c == '.'; });
  while (begin < colon && !is_ascii_letter(text[begin])) ++begin;
  return begin < colon ? begin : text.npos;
}

/// Where the host that ends at `slash` begins; npos where there is none. Its last label is in lower case, as
/// two sentences with no space between them ("Fri.Sat/Sun") are not. "@anna.k/@bea" are handles.
std::size_t begin_of_host(std::string_view text, std::size_t from, std::size_t slash) {
  const std::size_t label = begin_of_run(text, from, slash, is_ascii_lower);
  if (slash - label < 2 || label <= from + 1 || text[label - 1] != '.') return text.npos;
  from = std::max(from, slash - std::min(slash, kLongestHost));
  const std::size_t begin = begin_of_run(
      text, from, slash, [](char c) { return is_ascii_alnum(c) || c == '-' || c == '.' || c == '_'; });
  if (begin + 1 >= label || !is_ascii_alnum(text[label - 2])) return text.npos;
  const bool behind_sign = begin > 0 && (text[begin - 1] == '@' || text[begin - 1] == '#');
  return behind_sign ? text.npos : begin;
}

/// Whether "www" ends at `point`, and something follows.
bool is_www(std::string_view text, std::size_t from, std::size_t point) {
  if (point < from + 3 || point + 1 >= text.size() || !is_ascii_alnum(text[point + 1])) return false;
  const std::string_view label = text.substr(point - 3, 3);
  const bool inside_word = point > from + 3 && is_ascii_alnum(text[point - 4]);
  return !inside_word && std::ranges::all_of(label, [](char c) { return c == 'w' || c == 'W'; });
}

}  // namespace

std::optional<TextSpan> next_web_address(std::string_view text, std::size_t from) {
  std::size_t slash = text.find('/', from);
  std::size_t point = text.find('.', from);
  while (slash != text.npos || point != text.npos) {
    const std::size_t at = std::min(slash, point);
    std::size_t begin = text.npos;
    if (at == point) {
      if (is_www(text, from, at)) begin = at - 3;
      point = text.find('.', at + 1);
    } else {
      begin = is_behind_scheme(text, from, at) ? begin_of_scheme(text, from, at - 1)
                                               : begin_of_host(text, from, at);
      slash = text.find('/', at + 1);
    }
    if (begin != text.npos) return TextSpan{begin, end_of_address(text, at)};
  }
  return std::nullopt;
}

bool WebAddresses::cover(std::size_t at) {
  while (!searched_ || (next_ && next_->end <= at)) {
    next_ = next_web_address(text_, next_ ? next_->end : 0);
    searched_ = true;
  }
  return next_ && next_->begin <= at;
}

}  // namespace shoal
