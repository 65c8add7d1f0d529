// How many groups a page shows with their photos.
#pragma once

#include <cstddef>

namespace shoal {

/// Of each grouping, the largest ones: a page of some MB, which a browser opens.
inline constexpr std::size_t kGroupsWithPhotos = 100;

}  // namespace shoal
