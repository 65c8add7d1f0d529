// The groups of a grouping: how large each is, its hashtags, its photos.
#pragma once

#include <string>

#include "results.hpp"

namespace shoal {

/// The shares of the groups that have cards beside each other, as HTML; empty where no row is labelled.
std::string draw_strip(const GroupingView& grouping);

/// A card for each of the largest groups (kGroupsWithPhotos), and a row of a folded table for each of the
/// others, as HTML. photos: which photos of a group are shown, for those who hear the page.
std::string draw_cards(const GroupingView& grouping, const std::string& photos, const Results& results);

}  // namespace shoal
