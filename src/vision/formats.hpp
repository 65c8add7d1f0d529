// The decoders behind decode_image, one for each format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "shoal/data/image.hpp"

namespace shoal {

/// Bytes that begin as a JPEG to pixels. Throws ImageError.
RgbImage decode_jpeg(std::span<const std::byte> bytes);

/// Bytes that begin as a PNG to pixels. Throws ImageError.
RgbImage decode_png(std::span<const std::byte> bytes);

/// Bytes that begin as a WebP to pixels. Throws ImageError.
RgbImage decode_webp(std::span<const std::byte> bytes);

/// The EXIF block of a WebP; empty where it has none or is damaged.
std::vector<std::byte> exif_of_webp(std::span<const std::byte> bytes);

/// Throws ImageError where a header names no pixels, or more than kMaxImagePixels or kMaxImageSide allow.
void check_image_size(std::int64_t width, std::int64_t height);

}  // namespace shoal
