// Resize and centre crop as one: only the pixels that survive the crop are computed. Keras keeps all, and not
// the shape.
#include "shoal/vision/preprocess.hpp"

#include <algorithm>
#include <cstdint>

#include "shoal/base/check.hpp"
#include "shoal/vision/resize.hpp"

namespace shoal {
namespace {

/// The other side of an image whose short one becomes `side`: Python's int(side * length / shortest).
std::int64_t scaled(int side, std::int64_t length, std::int64_t shortest) {
  return static_cast<std::int64_t>(static_cast<double>(side * length) / static_cast<double>(shortest));
}

/// Where the middle `side` of `length` begins: half of the excess, a half rounded to even.
std::int64_t crop_begin(std::int64_t length, int side) {
  const std::int64_t excess = length - side;
  const std::int64_t half = excess / 2;
  return excess % 2 == 0 ? half : half + half % 2;
}

RgbImage resize_and_crop(const RgbImage& image, int side) {
  const std::int64_t shortest = std::min(image.width, image.height);
  const std::int64_t width = scaled(side, image.width, shortest);
  const std::int64_t height = scaled(side, image.height, shortest);
  return resize_bilinear_window(image, width, height,
                                {crop_begin(width, side), crop_begin(height, side), side, side});
}

}  // namespace

RgbImage preprocess(const RgbImage& image, int side, Preprocessing preprocessing) {
  SHOAL_EXPECT(side >= 1 && image.width >= 1 && image.height >= 1);
  switch (preprocessing) {
    case Preprocessing::keras:
      return resize_nearest(image, side, side);
    case Preprocessing::keras_bilinear:
      return resize_bilinear(image, side, side);
    case Preprocessing::torchvision:
      break;
  }
  return resize_and_crop(image, side);
}

}  // namespace shoal
