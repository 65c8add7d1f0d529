// Images to be computed or compared again: those that slides of sampled posts show.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/engine/run.hpp"
#include "shoal/corpus/image_index.hpp"

namespace shoal {

/// A candidate that is at home on this rank, and its row in images.h5ad.
struct SampledImage {
  std::int64_t candidate = 0;
  std::int64_t row = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& candidate& row;
  }
};

/// About `sample` of all ranks together. Throws UnavailableError where results cannot be read. Collective.
std::vector<SampledImage> sample_images(const Run& run, const ImageIndex& index, std::int64_t sample);

}  // namespace shoal
