// One place where settings meet pixels: features, thumbnails and verify see the same.
#include "pipeline/images/pixels.hpp"

#include "shoal/vision/decode.hpp"
#include "shoal/vision/orientation.hpp"
#include "shoal/vision/preprocess.hpp"

namespace shoal {

RgbImage decode_for(const ImageSettings& settings, std::span<const std::byte> file) {
  RgbImage image = decode_image(file);
  return settings.exif_orientation ? turn_upright(std::move(image), exif_orientation(file)) : image;
}

RgbImage square_for(const ImageSettings& settings, const RgbImage& image) {
  return preprocess(image, static_cast<int>(settings.resize), settings.preprocessing);
}

}  // namespace shoal
