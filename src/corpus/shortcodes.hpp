// Instagram's shortcodes: the number of a post, written to the base of 64.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// The shortcode of the post with a number: "1504128103573109729" gives "BTfw5l5Fz_h". A number with its
/// account's behind it, "1504128103573109729_53211", is the same post. Empty for what is no such number.
std::string shortcode_of_number(std::string_view number);

/// Whether a text is letters, digits, '-' and '_', at most 64: anything else would be a made-up id.
bool is_shortcode(std::string_view text);

}  // namespace shoal
