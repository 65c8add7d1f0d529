// Sizes of tiles, and which images an order needs.
#include "pipeline/images/order.hpp"

#include <algorithm>

namespace shoal {

std::int64_t PassShape::images() const {
  std::int64_t most = 1;
  for (const SetShape& set : sets) most = std::max(most, set.tile_images);
  return most;
}

bool PassShape::wants(const TileOrder& order, std::int32_t set, std::int64_t candidate) const {
  const SetTile tile{set, candidate / sets[static_cast<std::size_t>(set)].tile_images};
  return std::ranges::find(order.wanted, tile) != order.wanted.end();
}

std::vector<TileCandidates> split_into_tiles(const TileCandidates& candidates, std::int64_t tile_images) {
  std::vector<TileCandidates> tiles;
  for (const ImageCandidate& candidate : candidates) {
    const bool first =
        tiles.empty() || tiles.back().front().number / tile_images != candidate.number / tile_images;
    if (first) tiles.emplace_back();
    tiles.back().push_back(candidate);
  }
  return tiles;
}

}  // namespace shoal
