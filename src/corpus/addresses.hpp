// What an address on the platform tells: the post, or the account.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shoal {

/// How many bytes at the end of a text are a host of the platform, its short one included, without what
/// stands before it as "www." does, and with a port where there is one; 0 where they are none.
std::size_t platform_bytes_at_end(std::string_view text);

/// Whether a text holds a host of the platform with a slash behind it.
bool holds_platform_address(std::string_view text);

/// The shortcode in a post's address, the part after /p/, /reel/, /reels/ or /tv/, also below an account's
/// name, whatever the case of that word; empty if there is none.
std::string shortcode_of(std::string_view url);

/// The handle in the address of an account or of a page below it (/reels/, /tagged/, a post): the first part
/// of the path on the platform, on other hosts the last one before such a page. Empty for an address that is
/// no account's: a post's, /explore/ and the like.
std::string handle_in_address(std::string_view url);

}  // namespace shoal
