// A text is searched twice, by bytes that most texts do not have: for signs, and for the platform's
// addresses.
#include "handles_in_text.hpp"

#include <algorithm>
#include <string>

#include "addresses.hpp"
#include "shoal/text/ascii.hpp"
#include "shoal/text/signs.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

using Place = PossibleHandle::Place;

/// Put before a path, it makes an address on the platform.
constexpr std::string_view kAnyHost = "instagram.com";

/// Whether a byte may be one of a handle's. '-' and letters beyond ASCII are other platforms', and characters
/// that are never shown may stand between a sign and a handle.
bool may_be_of_handle(char c) {
  return is_ascii_word(c) || c == '.' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

/// How many bytes at the beginning of text may be a handle's.
std::size_t word_bytes_of(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && may_be_of_handle(text[end]) && sign_bytes(text.substr(end), kAtForms) == 0)
    ++end;
  return end;
}

/// Where what may be a mailbox, which also has '+', begins: at most as far back as `from`.
std::size_t begin_of_mailbox(std::string_view text, std::size_t from, std::size_t sign) {
  while (sign > from && (may_be_of_handle(text[sign - 1]) || text[sign - 1] == '+')) --sign;
  return sign;
}

std::vector<PossibleHandle> beside_signs(std::string_view text) {
  std::vector<PossibleHandle> found;
  SignSearch signs(text, kAtForms);
  std::size_t behind_last = 0;
  for (std::size_t sign = signs.next(0); sign != text.npos; sign = signs.next(behind_last)) {
    const std::size_t mailbox = begin_of_mailbox(text, behind_last, sign);
    if (mailbox < sign) found.push_back({Place::before_sign, mailbox, sign});
    behind_last = sign + sign_bytes(text.substr(sign), kAtForms);
    found.push_back({Place::behind_sign, behind_last, behind_last + word_bytes_of(text.substr(behind_last))});
  }
  return found;
}

/// The path of an address from its first slash on, without another address of the platform in it.
std::string_view path_of(std::string_view text, std::size_t slash) {
  std::size_t end = slash + 1;
  while (end < text.size()) {
    const std::size_t word = word_bytes_of(text.substr(end));
    if (word == 0 && text[end] != '/') break;
    const std::size_t next_host =
        word == 0 ? platform_bytes_at_end(text.substr(slash + 1, end - slash - 1)) : 0;
    if (next_host > 0) {
      end -= next_host;
      break;
    }
    end += std::max<std::size_t>(word, 1);
  }
  return text.substr(slash, end - slash);
}

/// The part of a path that is the handle, as it is written there; empty where none is.
std::string_view part_of(std::string_view path, const std::string& handle) {
  while (!handle.empty() && !path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view part = path.substr(0, path.find('/'));
    if (trimmed(part) == handle) return trimmed(part);
    path.remove_prefix(part.size());
  }
  return {};
}

/// Calls visit(path) for the path of each address of the platform.
template <class Visit>
void each_path(std::string_view text, const Visit& visit) {
  for (std::size_t slash = text.find('/'); slash != text.npos;) {
    std::size_t end = slash + 1;
    if (platform_bytes_at_end(text.substr(0, slash)) > 0) {
      const std::string_view path = path_of(text, slash);
      visit(path);
      end = slash + path.size();
    }
    slash = text.find('/', end);
  }
}

std::vector<PossibleHandle> in_addresses(std::string_view text) {
  std::vector<PossibleHandle> found;
  each_path(text, [&](std::string_view path) {
    const std::string_view handle = part_of(path, handle_in_address(std::string(kAnyHost).append(path)));
    if (handle.empty()) return;
    const auto begin = static_cast<std::size_t>(handle.data() - text.data());
    found.push_back({Place::in_address, begin, begin + handle.size()});
  });
  return found;
}

/// What is a shortcode at the beginning of a part of a path: points and brackets may follow in a sentence.
std::string_view code_in(std::string_view part) {
  std::size_t end = 0;
  while (end < part.size() && (is_ascii_word(part[end]) || part[end] == '-')) ++end;
  return part.substr(0, end);
}

}  // namespace

std::vector<PossibleHandle> possible_handles(std::string_view text) {
  std::vector<PossibleHandle> found = in_addresses(text);
  const std::vector<PossibleHandle> others = beside_signs(text);
  const auto middle = found.insert(found.end(), others.begin(), others.end());
  std::ranges::inplace_merge(found, middle, {}, &PossibleHandle::begin);
  return found;
}

std::vector<std::string_view> shortcodes_in_addresses(std::string_view text) {
  std::vector<std::string_view> found;
  each_path(text, [&](std::string_view path) {
    const std::string_view code = code_in(part_of(path, shortcode_of(std::string(kAnyHost).append(path))));
    if (!code.empty()) found.push_back(code);
  });
  return found;
}

}  // namespace shoal
