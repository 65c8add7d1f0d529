// Where a text may name accounts, beside '@' and in addresses on the platform, or posts, in such addresses.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace shoal {

/// Bytes of a text that may be a handle, or begin or end with one: readers say how much of them is.
struct PossibleHandle {
  enum class Place {
    behind_sign,  ///< from a sign on, as far as any handle may go; may be empty
    before_sign,  ///< up to a sign, as the mailbox of an e-mail address is; never empty
    in_address,   ///< what stands for an account in an address on the platform; never empty
  };
  Place place = Place::behind_sign;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// As Post::platform has it: whose addresses are known.
inline constexpr std::string_view kPlatformOfAddresses = "";

/// All of them in order of their beginnings; what stands in an address is told before what is also beside a
/// sign. They overlap: a word between two signs is told twice.
std::vector<PossibleHandle> possible_handles(std::string_view text);

/// The shortcodes of posts in addresses on the platform, in their order: parts of text.
std::vector<std::string_view> shortcodes_in_addresses(std::string_view text);

}  // namespace shoal
