// A tile of one set of image features: as it is computed, and as it lies in the journal.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/images/order.hpp"
#include "pipeline/images/rows.hpp"
#include "shoal/data/quarantine.hpp"
#include "shoal/journal/tile_journal.hpp"

namespace shoal {

struct ImageTile {
  std::vector<ImageRow> rows;             ///< of the images that could be read
  std::vector<float> features;            ///< rows x features
  std::vector<QuarantineRow> quarantine;  ///< of those that could not
};

/// What a tile is computed from: which files, and their sizes and times (in shards: the shards', too), so
/// that a replaced photo is computed again.
TileInput input_of(const TileCandidates& candidates);

/// What cannot be told from the candidates: digests, sizes, faults and features.
std::vector<std::byte> pack(const ImageTile& tile);
/// Throws FailureError where the bytes are not a tile of these candidates.
ImageTile unpack_tile(std::span<const std::byte> bytes, const TileCandidates& candidates);

/// A tile from the first of its places in the journal that is whole; nothing, and sentences, where none is.
std::optional<ImageTile> read_tile(TileReader& journal, const std::vector<TilePlace>& places,
                                   const TileCandidates& candidates, std::vector<std::string>& damage);

}  // namespace shoal
