// Hashtags in one spelling: what counts as the same tag.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shoal {

/// The longest tag that is kept, in bytes of UTF-8.
inline constexpr std::size_t kLongestTag = 255;

/// NFC(casefold(NFC(tag))) without variation selectors, without white space and characters that are never
/// shown at its ends, and without leading '#', also a full-width one; or nothing if no character is left or
/// text is not UTF-8.
std::optional<std::string> normalise_tag(std::string_view text);

}  // namespace shoal
