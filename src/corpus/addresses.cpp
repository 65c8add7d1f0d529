// An address is cut into the parts of its path; host and scheme do not matter.
#include "addresses.hpp"

#include <algorithm>
#include <array>
#include <vector>

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

bool leads_to_post(std::string_view part) {
  constexpr std::array<std::string_view, 4> kMarkers{"p", "reel", "reels", "tv"};
  return std::ranges::find(kMarkers, part) != kMarkers.end();
}

}  // namespace

std::string shortcode_of(std::string_view url) {
  const std::vector<std::string_view> parts = parts_of(url);
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (!leads_to_post(parts[i])) continue;
    // An account may be called "tv": its post has the marker behind that.
    if (i + 2 < parts.size() && leads_to_post(parts[i + 1])) continue;
    // A sound's page has no post, and what stands behind /share/p/ is a code for sharing.
    const bool shared = i > 0 && parts[i - 1] == "share";
    return shared || parts[i + 1] == "audio" ? std::string() : std::string(parts[i + 1]);
  }
  return {};
}

std::string handle_in_address(std::string_view url) {
  const std::vector<std::string_view> parts = parts_of(url);
  const bool scheme = !parts.empty() && parts.front().ends_with(':');
  return parts.size() < (scheme ? 3U : 2U) ? std::string() : std::string(parts.back());
}

}  // namespace shoal
