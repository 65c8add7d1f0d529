// Nearest neighbours as Pillow finds them: positions are added up in double, whose rounding decides at edges.
#include <algorithm>
#include <vector>

#include "shoal/base/check.hpp"
#include "shoal/vision/resize.hpp"

namespace shoal {
namespace {

/// The sample of an axis of `from` samples that each of `to` outputs takes.
std::vector<int> nearest_samples(int from, int to) {
  const double step = static_cast<double>(from) / static_cast<double>(to);
  std::vector<int> samples(static_cast<std::size_t>(to));
  double position = step * 0.5;
  for (int& sample : samples) {
    sample = std::min(static_cast<int>(position), from - 1);
    position += step;
  }
  return samples;
}

}  // namespace

RgbImage resize_nearest(const RgbImage& image, int width, int height) {
  SHOAL_EXPECT(width >= 1 && height >= 1 && image.width >= 1 && image.height >= 1);
  const std::vector<int> columns = nearest_samples(image.width, width);
  RgbImage result(width, height);
  auto* target = result.pixels.data();
  for (const int row : nearest_samples(image.height, height)) {
    const auto* source =
        image.pixels.data() + 3 * static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width);
    for (const int column : columns) target = std::copy_n(source + 3 * column, 3, target);
  }
  return result;
}

}  // namespace shoal
