// From image files to rows of features, for all sets at once: decoding threads read and decode ahead,
// computing threads take what is decoded through the networks and into the journals, others fetch from there
// what an earlier run has finished.
#pragma once

#include <vector>

#include "pipeline/images/decoding.hpp"
#include "pipeline/images/kept_tiles.hpp"
#include "pipeline/images/settings.hpp"
#include "pipeline/images/tile.hpp"
#include "pipeline/images/times.hpp"
#include "pipeline/tiles/exchange.hpp"
#include "shoal/compute/network.hpp"
#include "shoal/corpus/image_sources.hpp"

namespace shoal {

/// One set's part in the pass.
struct PassSet {
  const ImageSettings& settings;
  Network& network;
  const JournalSegments& segments;  ///< of earlier runs
  TileWriter& journal;
};

/// A tile of a set that an earlier run has finished.
struct JournaledTile {
  std::int32_t set = 0;
  TileCandidates candidates;
  std::vector<TilePlace> places;  ///< one or more
};

struct ComputedImages {
  std::vector<ComputedSet> sets;
  std::vector<ImageRow> rows;             ///< of the first set's tiles, by rising candidate number
  std::vector<QuarantineRow> quarantine;  ///< of the first set's tiles
  std::int64_t computed = 0;              ///< tiles of all sets
  std::int64_t reused = 0;                ///< tiles of all sets
  ImageTimes times;
};

/// Tiles that a pass computes at a time: as many as the network with the fewest workers does.
int workers_of(const std::vector<PassSet>& sets);

/// Sizes of tiles and pixels of the sets of a pass.
PassShape shape_of_pass(const std::vector<PassSet>& sets);

/// sets: one or more, computed by workers_of(sets) threads.
/// images: reads the candidates' files. exchange: gives TileOrders as objects (comm/objects.hpp). decoders:
/// how many threads decode, and as many at most fetch. A journaled tile that is damaged is computed again.
/// Throws Interrupted when a stop is requested.
ComputedImages compute_image_features(const std::vector<PassSet>& sets, const ImageReader& images,
                                      TileExchange& exchange, const std::vector<JournaledTile>& journaled,
                                      int decoders);

}  // namespace shoal
