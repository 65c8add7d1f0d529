// Rows stay where they are until all of them are there: their number is not known before.
#include "pipeline/images/kept_tiles.hpp"

#include <iterator>
#include <utility>

namespace shoal {

void KeptTiles::keep(std::int32_t set, const TileCandidates& candidates, ImageTile tile) {
  const std::lock_guard lock(mutex_);
  tiles_[static_cast<std::size_t>(set)].emplace(candidates.front().number, std::move(tile));
}

void KeptTiles::take_rows(std::size_t set, std::vector<ImageRow>& rows,
                          std::vector<QuarantineRow>& quarantine) {
  for (const auto& [first, tile] : tiles_[set]) {
    rows.insert(rows.end(), tile.rows.begin(), tile.rows.end());
    quarantine.insert(quarantine.end(), tile.quarantine.begin(), tile.quarantine.end());
  }
}

ComputedSet KeptTiles::take_features(std::size_t set, std::int64_t width) {
  ComputedSet taken;
  taken.width = width;
  std::size_t numbers = 0;
  for (const auto& [first, tile] : tiles_[set]) numbers += tile.features.size();
  taken.features.reserve(numbers);
  for (auto& [first, tile] : tiles_[set]) {
    for (const ImageRow& row : tile.rows) taken.candidates.push_back(row.candidate);
    taken.features.insert(taken.features.end(), tile.features.begin(), tile.features.end());
    tile = {};
  }
  tiles_[set].clear();
  return taken;
}

}  // namespace shoal
