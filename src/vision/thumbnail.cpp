// Small pictures for the report.
#include <algorithm>
#include <cstdint>

#include "shoal/base/check.hpp"
#include "shoal/vision/encode.hpp"
#include "shoal/vision/resize.hpp"

namespace shoal {

RgbImage make_thumbnail(const RgbImage& image, int long_side) {
  SHOAL_EXPECT(long_side >= 1 && image.width >= 1 && image.height >= 1);
  const std::int64_t longest = std::max(image.width, image.height);
  if (longest <= long_side) return image;
  const auto shrink = [&](int side) {
    const std::int64_t nearest = (2 * std::int64_t{side} * long_side + longest) / (2 * longest);
    return static_cast<int>(std::max<std::int64_t>(nearest, 1));
  };
  return resize_bilinear(image, shrink(image.width), shrink(image.height));
}

}  // namespace shoal
