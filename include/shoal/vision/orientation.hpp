// How a camera was held, as EXIF tells it, and the image turned upright.
#pragma once

#include <cstddef>
#include <span>

#include "shoal/data/image.hpp"

namespace shoal {

/// EXIF's number of an image file, 1 to 8: from a JPEG's APP1 segment, a PNG's eXIf chunk or raw profile, or
/// a WebP's EXIF chunk; from a PNG's XMP where its EXIF has none. 1, upright, where the file does not say, or
/// what it says is damaged. Never throws.
int exif_orientation(std::span<const std::byte> file);

/// The image that was taken upright, equal to what Pillow's ImageOps.exif_transpose makes of it: mirrored
/// where 2, 4, 5 or 7, turned by a quarter (sides exchanged) from 5 on.
RgbImage turn_upright(RgbImage image, int orientation);

}  // namespace shoal
