// What makes two spellings one tag.
#include "shoal/text/tags.hpp"

#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

/// '#' as ASCII, full-width and small.
constexpr std::u32string_view kHashes = U"#\uFF03\uFE5F";

}  // namespace

std::optional<std::string> normalise_tag(std::string_view text) {
  const std::string_view bare = trimmed(text, kHashes);
  if (bare.empty() || !is_utf8(bare)) return std::nullopt;
  // No composition brings so long a text below the limit: it is left as it is, for the caller to refuse.
  if (bare.size() > 16 * kLongestTag) return std::string(bare);
  return folded(without_variation_selectors(bare));
}

}  // namespace shoal
