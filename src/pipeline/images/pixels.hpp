// From an image file's bytes to what the job's settings make of it.
#pragma once

#include <cstddef>
#include <span>

#include "pipeline/images/settings.hpp"
#include "shoal/data/image.hpp"

namespace shoal {

/// The image as people see it: decoded, and turned upright where the job wants that. Throws ImageError.
RgbImage decode_for(const ImageSettings& settings, std::span<const std::byte> file);

/// The square that the network sees of it.
RgbImage square_for(const ImageSettings& settings, const RgbImage& image);

}  // namespace shoal
