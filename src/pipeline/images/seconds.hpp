// How long image features will take, told from one tile that goes through every step beforehand.
#pragma once

#include <vector>

#include "pipeline/images/order.hpp"
#include "pipeline/images/settings.hpp"
#include "pipeline/images/times.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/corpus/image_sources.hpp"

namespace shoal {

/// A set of image features, with the images that go through its network together.
struct SizedSet {
  const ImageSettings& settings;
  std::int64_t tile_images = 1;
};

/// Reads and decodes as many of the candidates as a tile has, spread over all of them, for all sets at once,
/// and computes as many images by each network; one thread, one step after the other. The journal is left
/// out.
ImageTimes time_one_tile(Backend& backend, const std::vector<SizedSet>& sets, const ImageReader& images,
                         const TileCandidates& candidates);

/// What computes networks: the rank's threads, which decode as well, or a GPU of its own beside them.
enum class Computes { by_threads, by_gpu };

/// Seconds for so many images on that many ranks of that many threads each: every step takes as long as it
/// took one_tile. Threads share the processors for all steps; a GPU computes while they decode.
double seconds_for_images(const ImageTimes& one_tile, std::int64_t images, std::int64_t tile_images,
                          int ranks, int threads, Computes computes);

}  // namespace shoal
