// What rows of a table are called, and by what they are grouped.
#pragma once

#include <string>

#include "results.hpp"

namespace shoal {

/// One row of a table, by the table's name: "image" of "images", "story" of "stories". Plain text.
std::string one_of(const std::string& rows);

/// "Groups of posts by their hashtags". A feature set without words of its own is named. Plain text.
std::string lead_of(const GroupingView& grouping);

}  // namespace shoal
