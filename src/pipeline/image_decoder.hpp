// An image's way from its file to the square that the network sees, each step timed.
#pragma once

#include "image_stopwatch.hpp"
#include "shoal/corpus/image_sources.hpp"
#include "shoal/pipeline/job.hpp"
#include "tile_decoding.hpp"

namespace shoal {

/// All that is referred to must outlive what is returned.
DecodeImage image_decoder(const ImageReader& images, const ImageFeatures& settings, ImageStopwatch& watch);

}  // namespace shoal
