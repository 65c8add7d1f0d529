// What cannot be read or decoded becomes a row of the quarantine, which names no path.
#include "pipeline/images/decoder.hpp"

#include <algorithm>

#include "pipeline/images/pixels.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace {

struct ReadFile {
  std::vector<std::byte> bytes;
  std::string digest;
};

ReadFile read_image(const ImageReader& images, const ImageRef& ref) {
  ReadFile file{images.read(ref), {}};
  file.digest = to_hex(sha256(file.bytes));
  return file;
}

ImageRow decode_image(const ImageReader& images, const ImageFeatures& settings,
                      const ImageCandidate& candidate, std::span<std::uint8_t> pixels,
                      ImageStopwatch& watch) {
  ReadFile file = watch.time(ImageStep::reading, 1, [&] { return read_image(images, candidate.ref); });
  const RgbImage image = watch.time(ImageStep::decoding, 1, [&] { return decode_for(settings, file.bytes); });
  watch.time(ImageStep::preprocessing, 1, [&] {
    const RgbImage square = square_for(settings, image);
    std::copy(square.pixels.begin(), square.pixels.end(), pixels.begin());
  });
  return {candidate.number, candidate.ref, std::move(file.digest),
          image.width,      image.height,  candidate.posts};
}

}  // namespace

DecodeImage image_decoder(const ImageReader& images, const ImageFeatures& settings, ImageStopwatch& watch) {
  return [&](const ImageCandidate& candidate, std::span<std::uint8_t> pixels) -> DecodedImage {
    try {
      return decode_image(images, settings, candidate, pixels, watch);
    } catch (const InputError& error) {
      return QuarantineRow{QuarantineKind::image, candidate.ref.name, -1, "images",
                           without_path(error.what(), images.place_of(candidate.ref))};
    }
  };
}

}  // namespace shoal
