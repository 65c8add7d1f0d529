// Hashtags in one spelling: what counts as the same tag.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shoal {

/// The longest tag that is kept, in bytes of UTF-8.
inline constexpr std::size_t kLongestTag = 255;

/// NFC(casefold(NFC(tag))) without surrounding white space and leading '#', or nothing if no character is
/// left or text is not UTF-8.
std::optional<std::string> normalise_tag(std::string_view text);

/// Whether text is well-formed UTF-8 (no surrogates, nothing beyond U+10FFFF, shortest forms).
bool is_utf8(std::string_view text);

/// text with every byte that does not belong to well-formed UTF-8 replaced by `replacement`.
std::string repair_utf8(std::string_view text, std::string_view replacement);

}  // namespace shoal
