// Resizing to the bit of Pillow's Image.resize(size, BILINEAR), antialiased and in integers as its Resample.c
// has it for 8-bit images, and of Image.resize(size, NEAREST).
#pragma once

#include <cstdint>

#include "shoal/data/image.hpp"

namespace shoal {

/// A rectangle of the resized image, in its pixels.
struct PixelWindow {
  std::int64_t left = 0;
  std::int64_t top = 0;
  int width = 0;
  int height = 0;
};

/// The image in another size; a copy where the size is the same already. width, height >= 1; the image has
/// pixels.
RgbImage resize_bilinear(const RgbImage& image, int width, int height);

/// What cutting `window` out of the image resized to width x height would leave, without computing the rest:
/// memory and time depend on the window, not on width and height. The window lies inside them.
RgbImage resize_bilinear_window(const RgbImage& image, std::int64_t width, std::int64_t height,
                                const PixelWindow& window);

/// Each pixel the one of the image that its centre falls into. width, height >= 1; the image has pixels.
RgbImage resize_nearest(const RgbImage& image, int width, int height);

}  // namespace shoal
