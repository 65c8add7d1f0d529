// Pixel by pixel: each place of the upright image takes one of the other.
#include "shoal/vision/orientation.hpp"

#include <algorithm>

namespace shoal {

RgbImage turn_upright(RgbImage image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const bool swapped = orientation >= 5;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  RgbImage upright(swapped ? image.height : image.width, swapped ? image.width : image.height);
  auto* target = upright.pixels.data();
  for (int y = 0; y < upright.height; ++y) {
    for (int x = 0; x < upright.width; ++x, target += 3) {
      const int across = swapped ? y : x;
      const int down = swapped ? x : y;
      const int column = from_right ? image.width - 1 - across : across;
      const int row = from_bottom ? image.height - 1 - down : down;
      const auto place = static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width) +
                         static_cast<std::size_t>(column);
      std::copy_n(image.pixels.data() + 3 * place, 3, target);
    }
  }
  return upright;
}

}  // namespace shoal
