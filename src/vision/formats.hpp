// The decoders behind decode_image, one for each format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "shoal/data/image.hpp"

namespace shoal {

/// Bytes that begin as a JPEG to pixels. Throws ImageError.
RgbImage decode_jpeg(std::span<const std::byte> bytes);

/// Bytes that begin as a PNG to pixels. Throws ImageError.
RgbImage decode_png(std::span<const std::byte> bytes);

/// Throws ImageError where a header names no pixels, or more than kMaxImagePixels or kMaxImageSide allow.
void check_image_size(std::int64_t width, std::int64_t height);

}  // namespace shoal
