// What an address on the platform tells: the post, or the account.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// The shortcode in a post's address, the part after /p/, /reel/, /reels/ or /tv/, also below an account's
/// name; empty if there is none.
std::string shortcode_of(std::string_view url);

/// The handle in the address of an account or of a page below it (/reels/, /tagged/, a post): the first part
/// of the path on the platform, on other hosts the last one before such a page. Empty for an address that is
/// no account's: a post's, /explore/ and the like.
std::string handle_in_address(std::string_view url);

}  // namespace shoal
