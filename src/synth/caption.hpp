// Captions and hashtags of a post of a given group.
#pragma once

#include <string>
#include <vector>

#include "dice.hpp"

namespace shoal {

/// Distinct hashtags with #, some of the group and some that everybody uses, the popular ones more often;
/// often none.
std::vector<std::string> make_tags(int group, int groups, Dice& dice);

/// A caption that holds the mentions and tags, as people write them; seldom empty (only without tags and
/// mentions).
std::string make_caption(int group, const std::vector<std::string>& tags,
                         const std::vector<std::string>& mentions, Dice& dice);

}  // namespace shoal
