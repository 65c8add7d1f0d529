// How long image features will take, told from one tile that goes through every step beforehand.
#pragma once

#include "pipeline/engine/run_state.hpp"
#include "pipeline/images/times.hpp"

namespace shoal {

/// Reads and decodes as many of this rank's images as a tile has, spread over all of them, and computes a
/// tile; one thread, one step after the other. The journal is left out. The images must be indexed.
ImageTimes time_one_tile(RunState& state);

/// What computes networks: the rank's threads, which decode as well, or a GPU of its own beside them.
enum class Computes { by_threads, by_gpu };

/// Seconds for so many images on that many ranks of that many threads each: every step takes as long as it
/// took one_tile. Threads share the processors for all steps; a GPU computes while they decode.
double seconds_for_images(const ImageTimes& one_tile, std::int64_t images, std::int64_t tile_images,
                          int ranks, int threads, Computes computes);

}  // namespace shoal
