// The groups of a grouping: how large each is, its hashtags, its photos.
#pragma once

#include <string>

#include "results.hpp"

namespace shoal {

/// The groups' shares beside each other, as HTML; empty where no row is labelled.
std::string draw_strip(const GroupingView& grouping);

/// A card per group, as HTML. photos: which photos of a group are shown, for those who hear the page.
std::string draw_cards(const GroupingView& grouping, const std::string& photos, const Results& results);

}  // namespace shoal
