// Captions of a post of a given group, in the languages that accounts write.
#pragma once

#include <string>
#include <vector>

#include "dice.hpp"

namespace shoal {

/// A caption that holds the mentions and tags, as people write them; seldom empty (only without tags and
/// mentions). language: a place in other_languages(), or -1 for English.
std::string make_caption(int group, int language, const std::vector<std::string>& tags,
                         const std::vector<std::string>& mentions, Dice& dice);

}  // namespace shoal
