// What an address on the platform tells: the post, or the account.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// The shortcode in a post's address, the part after /p/, /reel/, /reels/ or /tv/, also below an account's
/// name; empty if there is none.
std::string shortcode_of(std::string_view url);

/// The handle in an account's address, its last part; empty if there is none.
std::string handle_in_address(std::string_view url);

}  // namespace shoal
