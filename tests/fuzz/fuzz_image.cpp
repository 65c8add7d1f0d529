// Takes any bytes for an image file, from its first bytes to the network's square: pixels, or a sentence.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "shoal/vision/decode.hpp"
#include "shoal/vision/orientation.hpp"
#include "shoal/vision/preprocess.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  const int orientation = shoal::exif_orientation(file);
  if (orientation < 1 || orientation > 8) std::abort();
  try {
    shoal::RgbImage image = shoal::decode_image(file);
    const auto pixels = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
    if (image.width < 1 || image.height < 1 || image.pixels.size() != 3 * pixels) std::abort();
    if (pixels > 1'000'000) return 0;  // the rest would only be slow
    image = shoal::turn_upright(std::move(image), orientation);
    for (const auto way : {shoal::Preprocessing::torchvision, shoal::Preprocessing::keras})
      if (shoal::preprocess(image, 32, way).pixels.size() != 32 * 32 * 3) std::abort();
  } catch (const shoal::ImageError& error) {
    if (std::strlen(error.what()) < 20) std::abort();
  }
  return 0;
}
