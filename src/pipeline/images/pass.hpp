// From image files to rows of features: decoding threads read and decode ahead, computing threads take what
// is decoded through the network and into the journal, one fetches from there what an earlier run has
// finished.
#pragma once

#include <vector>

#include "pipeline/images/tile.hpp"
#include "pipeline/images/times.hpp"
#include "pipeline/tiles/exchange.hpp"
#include "shoal/compute/network.hpp"
#include "shoal/corpus/image_sources.hpp"

namespace shoal {

/// A tile that an earlier run has finished.
struct JournaledTile {
  TileCandidates candidates;
  TilePlace place;
};

/// Where a rank's tiles come from and go to.
struct TileTraffic {
  TileExchange& exchange;  ///< gives TileCandidates as objects (comm/objects.hpp)
  const std::vector<JournaledTile>& journaled;
  const JournalSegments& segments;
  TileWriter& journal;
};

/// The images of the tiles that this rank computed or read.
struct ComputedImages {
  std::vector<ImageRow> rows;   ///< by rising candidate number
  std::vector<float> features;  ///< rows x width
  std::int64_t width = 0;
  std::vector<QuarantineRow> quarantine;
  std::int64_t computed = 0;  ///< tiles
  std::int64_t reused = 0;    ///< tiles
  ImageTimes times;
};

/// images: reads the candidates' files. settings: how they become pixels. decoders: how many threads decode;
/// there are network.workers() to compute. A journaled tile that is damaged is computed again. Throws
/// Interrupted when a stop is requested.
ComputedImages compute_image_features(Network& network, const ImageReader& images,
                                      const ImageFeatures& settings, const TileTraffic& traffic,
                                      int decoders);

}  // namespace shoal
