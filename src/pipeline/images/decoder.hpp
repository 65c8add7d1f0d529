// An image's way from its file to the squares that networks see, each step timed.
#pragma once

#include <vector>

#include "pipeline/images/decoding.hpp"
#include "pipeline/images/settings.hpp"
#include "pipeline/images/stopwatch.hpp"
#include "shoal/corpus/image_sources.hpp"

namespace shoal {

/// settings: of each set. All that is referred to must outlive what is returned.
DecodeImage image_decoder(const ImageReader& images, const std::vector<const ImageSettings*>& settings,
                          ImageStopwatch& watch);

}  // namespace shoal
