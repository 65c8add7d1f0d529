// From image files to rows of features: decoding threads beside computing ones, a tile at a time.
#pragma once

#include <string>
#include <vector>

#include "run_state.hpp"
#include "shoal/compute/network.hpp"
#include "shoal/corpus/image_index.hpp"
#include "shoal/data/quarantine.hpp"

namespace shoal {

/// The images of one rank's tiles that could be read.
struct ComputedImages {
  std::vector<ImageRow> rows;   ///< by rising candidate number
  std::vector<float> features;  ///< rows x network.features()
  std::vector<QuarantineRow> quarantine;
  std::int64_t tiles = 0;  ///< computed
};

struct TileShape {
  std::int64_t images = 8;
  std::int64_t side = 224;
};

/// candidates: by rising number; candidate n stands in tile n / shape.images, at place n mod shape.images.
/// folders: the job's image folders. Throws Interrupted when a stop is requested.
ComputedImages compute_image_features(Network& network, const std::vector<ImageCandidate>& candidates,
                                      const std::vector<std::string>& folders, const TileShape& shape);

}  // namespace shoal
