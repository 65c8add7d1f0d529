// An address is cut into the parts of its path; host and scheme do not matter. The platform takes its own
// words in either case.
#include "addresses.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <vector>

#include "shoal/text/ascii.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

/// The parts between slashes that are not empty, without what follows '?' or '#' or, in addresses that a
/// program has taken apart, '&'.
std::vector<std::string_view> parts_of(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#&"));
  std::vector<std::string_view> parts;
  while (!url.empty()) {
    const std::size_t end = std::min(url.find('/'), url.size());
    const std::string_view part = trimmed(url.substr(0, end));
    if (!part.empty()) parts.push_back(part);
    url.remove_prefix(std::min(end + 1, url.size()));
  }
  return parts;
}

/// word: in lower case. Only ASCII has cases here: a text may be cut inside a character.
bool is_word(std::string_view word, std::string_view part) {
  return std::ranges::equal(word, part, {}, {}, [](char c) {
    return is_ascii_letter(c) && !is_ascii_lower(c) ? static_cast<char>(c - 'A' + 'a') : c;
  });
}

bool is_any_of(std::span<const std::string_view> words, std::string_view part) {
  return std::ranges::any_of(words, [&](std::string_view word) { return is_word(word, part); });
}

bool leads_to_post(std::string_view part) {
  constexpr std::array<std::string_view, 4> kMarkers{"p", "reel", "reels", "tv"};
  return is_any_of(kMarkers, part);
}

/// Pages of an account, behind its handle, beside its posts.
constexpr std::array<std::string_view, 5> kPagesOfAccounts{"tagged", "saved", "channel", "following",
                                                           "followers"};
/// What stands where an account's handle does, and is no account.
constexpr std::array<std::string_view, 6> kPagesOfNobody{"explore",  "highlights", "share",
                                                         "accounts", "direct",     "s"};

constexpr std::array<std::string_view, 2> kHosts{"instagram.com", "instagr.am"};

bool is_platform(std::string_view host) { return platform_bytes_at_end(host) > 0; }

std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.find_last_not_of("0123456789");
  return colon != host.npos && host[colon] == ':' ? host.substr(0, colon) : host;
}

/// Which part of an address is the first of its path: behind the last host, as archives put an address
/// behind their own. An address without a scheme begins with its host.
std::size_t begin_of_path(std::span<const std::string_view> parts) {
  std::size_t begin = std::min<std::size_t>(1, parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].ends_with(':')) begin = std::min(i + 2, parts.size());
    if (is_platform(parts[i])) begin = i + 1;
  }
  return begin;
}

}  // namespace

std::size_t platform_bytes_at_end(std::string_view text) {
  const std::string_view host = without_port(text);
  for (const std::string_view name : kHosts) {
    if (host.size() >= name.size() && is_word(name, host.substr(host.size() - name.size())))
      return name.size() + text.size() - host.size();
  }
  return 0;
}

bool holds_platform_address(std::string_view text) {
  for (std::size_t slash = text.find('/'); slash != text.npos; slash = text.find('/', slash + 1)) {
    if (is_platform(text.substr(0, slash))) return true;
  }
  return false;
}

std::string shortcode_of(std::string_view url) {
  const std::vector<std::string_view> parts = parts_of(url);
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (!leads_to_post(parts[i])) continue;
    // An account may be called "tv": its post has the marker behind that.
    if (i + 2 < parts.size() && leads_to_post(parts[i + 1])) continue;
    // A sound's page has no post, and what stands behind /share/p/ is a code for sharing.
    const bool shared = i > 0 && is_word("share", parts[i - 1]);
    return shared || is_word("audio", parts[i + 1]) ? std::string() : std::string(parts[i + 1]);
  }
  return {};
}

std::string handle_in_address(std::string_view url) {
  const std::vector<std::string_view> parts = parts_of(url);
  std::span<const std::string_view> path = std::span(parts).subspan(begin_of_path(parts));
  const bool platform = path.size() < parts.size() && is_platform(parts[parts.size() - path.size() - 1]);
  if (!path.empty() && (is_word("_u", path.front()) || is_word("stories", path.front())))
    path = path.subspan(1);
  if (path.empty() || leads_to_post(path.front()) || is_any_of(kPagesOfNobody, path.front())) return {};
  if (platform) return std::string(path.front());
  const auto page = std::ranges::find_if(path.subspan(1), [](std::string_view part) {
    return leads_to_post(part) || is_any_of(kPagesOfAccounts, part);
  });
  return std::string(*std::prev(page));
}

}  // namespace shoal
