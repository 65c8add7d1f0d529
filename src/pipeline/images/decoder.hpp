// An image's way from its file to the square that the network sees, each step timed.
#pragma once

#include "pipeline/images/decoding.hpp"
#include "pipeline/images/stopwatch.hpp"
#include "pipeline/job/job.hpp"
#include "shoal/corpus/image_sources.hpp"

namespace shoal {

/// All that is referred to must outlive what is returned.
DecodeImage image_decoder(const ImageReader& images, const ImageFeatures& settings, ImageStopwatch& watch);

}  // namespace shoal
