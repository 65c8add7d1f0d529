// What cannot be read or decoded becomes a row of the quarantine, which names no path.
#include "pipeline/images/decoder.hpp"

#include <algorithm>

#include "pipeline/images/pixels.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/orientation.hpp"

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

/// The image as the sets see it: decoded once, and turned upright where a set wants that.
class SeenImage {
 public:
  SeenImage(std::span<const std::byte> file, const std::vector<const ImageSettings*>& sets) {
    const auto upright = [](const ImageSettings* set) { return set->exif_orientation; };
    RgbImage image = decode_image(file);
    if (std::ranges::any_of(sets, upright)) {
      const bool both = !std::ranges::all_of(sets, upright);
      upright_ = turn_upright(both ? RgbImage(image) : std::move(image), exif_orientation(file));
    }
    if (!std::ranges::all_of(sets, upright)) as_stored_ = std::move(image);
  }

  [[nodiscard]] const RgbImage& for_set(const ImageSettings& settings) const {
    return settings.exif_orientation ? upright_ : as_stored_;
  }

 private:
  RgbImage as_stored_;
  RgbImage upright_;
};

ImageRow row_of(const ImageCandidate& candidate, std::string digest, const RgbImage& image) {
  return {candidate.number, candidate.ref, std::move(digest), image.width, image.height, candidate.posts};
}

/// squares: of each set, empty where none is wanted.
ImageRow decode_candidate(const ImageReader& images, const std::vector<const ImageSettings*>& settings,
                          const ImageCandidate& candidate, std::span<const std::span<std::uint8_t>> squares,
                          ImageStopwatch& watch) {
  ReadFile file = watch.time(ImageStep::reading, 1, [&] { return read_image(images, candidate.ref); });
  const SeenImage seen = watch.time(ImageStep::decoding, 1, [&] { return SeenImage(file.bytes, settings); });
  // The first set's view gives the row its width and height, as the table of a single set has them.
  ImageRow row = row_of(candidate, std::move(file.digest), seen.for_set(*settings.front()));
  watch.time(ImageStep::preprocessing, 1, [&] {
    for (std::size_t set = 0; set < squares.size(); ++set) {
      if (squares[set].empty()) continue;
      std::ranges::copy(square_for(*settings[set], seen.for_set(*settings[set])).pixels,
                        squares[set].begin());
    }
  });
  return row;
}

}  // namespace

DecodeImage image_decoder(const ImageReader& images, const std::vector<const ImageSettings*>& settings,
                          ImageStopwatch& watch) {
  return [&images, settings, &watch](const ImageCandidate& candidate,
                                     std::span<const std::span<std::uint8_t>> squares) -> DecodedImage {
    try {
      return decode_candidate(images, settings, candidate, squares, watch);
    } catch (const InputError& error) {
      return QuarantineRow{QuarantineKind::image, candidate.ref.name, -1, "images",
                           without_path(error.what(), images.place_of(candidate.ref))};
    }
  };
}

}  // namespace shoal
