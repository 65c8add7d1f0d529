// What is computed in one go: images that lie beside each other, and the tiles of feature sets that lack
// them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shoal/corpus/image_index.hpp"

namespace shoal {

/// The candidates of one tile.
using TileCandidates = std::vector<ImageCandidate>;

/// A tile of one set of image features. number: its candidates' numbers divided by the set's tile size.
struct SetTile {
  std::int32_t set = 0;
  std::int64_t number = 0;
  friend bool operator==(const SetTile&, const SetTile&) = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& set& number;
  }
};

/// One pass decodes each image once for all sets. A set's tiles are a power of two of images, so those of the
/// set with the largest tiles hold whole tiles of the others: an order is one of the largest, or a part of
/// it.
struct TileOrder {
  TileCandidates candidates;    ///< by rising number; each is in a tile that is wanted
  std::vector<SetTile> wanted;  ///< tiles to compute

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& candidates& wanted;
  }
};

/// Images of a set's tile, and bytes of an image's pixels.
struct SetShape {
  std::int64_t tile_images = 1;
  std::size_t image_bytes = 0;
};

/// Of all sets of a pass.
struct PassShape {
  std::vector<SetShape> sets;

  /// Images of an order, at most: of the largest tile.
  [[nodiscard]] std::int64_t images() const;
  /// Whether an order wants a candidate for a set.
  [[nodiscard]] bool wants(const TileOrder& order, std::int32_t set, std::int64_t candidate) const;
};

/// candidates: by rising number. Those of each tile of so many.
std::vector<TileCandidates> split_into_tiles(const TileCandidates& candidates, std::int64_t tile_images);

}  // namespace shoal
