// Where each format keeps its EXIF block, and the one number of it that matters; in PNGs, XMP after it. Every
// step is bounded by the file.
#include <cstdint>
#include <optional>
#include <string_view>

#include "formats.hpp"
#include "png_metadata.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/orientation.hpp"

namespace shoal {
namespace {

using namespace std::string_view_literals;
using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kOrientationTag = 0x0112;

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// `count` bytes of a number, where they are there.
std::optional<std::uint32_t> number_at(Bytes bytes, std::size_t at, std::size_t count, bool big_endian) {
  if (at > bytes.size() || count > bytes.size() - at) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto byte = std::to_integer<std::uint32_t>(bytes[at + (big_endian ? i : count - 1 - i)]);
    number = number << 8 | byte;
  }
  return number;
}

/// The first APP1 segment that says it is EXIF, among the segments before the first scan.
Bytes exif_of_jpeg(Bytes file) {
  std::size_t at = 2;
  while (at + 4 <= file.size()) {
    const auto marker = std::to_integer<std::uint8_t>(file[at + 1]);
    const bool is_marker = file[at] == std::byte{0xFF} && marker != 0x00 && marker != 0xFF;
    const bool stands_alone = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
    if (!is_marker || stands_alone) {
      at += is_marker ? 2 : 1;  // libjpeg passes over bytes between segments, too
      continue;
    }
    if (marker == 0xDA || marker == 0xD9) return {};
    const std::size_t length = *number_at(file, at + 2, 2, true);
    if (length < 2 || length > file.size() - at - 2) return {};
    const Bytes segment = file.subspan(at + 4, length - 2);
    if (marker == 0xE1 && text_of(segment).starts_with("Exif\0"sv)) return segment;
    at += 2 + length;
  }
  return {};
}

/// Bytes of one value of a TIFF type; 0 for a type that is none.
std::uint64_t bytes_of_type(std::uint32_t type) {
  static constexpr std::uint8_t kBytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};
  return type < std::size(kBytes) ? kBytes[type] : 0;
}

/// The entries of a TIFF's first directory, one after the other.
class OrientationFinder {
 public:
  explicit OrientationFinder(Bytes tiff) : tiff_(tiff), big_endian_(text_of(tiff).starts_with("MM")) {}

  /// 1 where the number is none of the eight; nothing where the directory has none.
  std::optional<int> find() {
    const std::string_view head = text_of(tiff_).substr(0, 4);
    if (head != "II*\0"sv && head != "MM\0*"sv) return std::nullopt;
    const std::size_t directory = number(4, 4).value_or(0);
    const std::uint32_t entries = number(directory, 2).value_or(0);
    for (std::uint32_t i = 0; i < entries && read_entry(directory + 2 + 12 * std::size_t{i}); ++i) {
    }
    return orientation_;
  }

 private:
  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t count) const {
    return number_at(tiff_, at, count, big_endian_);
  }

  /// False where the block ends before the entry or its values do.
  bool read_entry(std::size_t at) {
    const auto tag = number(at, 2);
    const auto type = number(at + 2, 2);
    const auto count = number(at + 4, 4);
    const auto place = number(at + 8, 4);
    if (!place) return false;
    const std::uint64_t one = bytes_of_type(*type);
    const std::uint64_t all = one * *count;
    if (all == 0) return true;
    const std::size_t values = all > 4 ? *place : at + 8;
    if (values > tiff_.size() || all > tiff_.size() - values) return false;
    // Whole numbers only: 3 and 8 have two bytes, 4, 9 and 13 four.
    const bool whole = *type == 3 || *type == 4 || *type == 8 || *type == 9 || *type == 13;
    if (*tag != kOrientationTag) return true;
    if (!orientation_) orientation_ = 1;
    if (!whole) return true;
    const std::uint32_t value = number(values, static_cast<std::size_t>(one)).value_or(1);
    orientation_ = value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    return true;
  }

  Bytes tiff_;
  bool big_endian_;
  std::optional<int> orientation_;
};

std::optional<int> orientation_in(Bytes exif) {
  if (text_of(exif).starts_with("Exif\0\0"sv)) exif = exif.subspan(6);
  return OrientationFinder(exif).find();
}

/// The first digit that Pillow would take: of an attribute, or of an element.
int orientation_in_xmp(std::string_view xmp) {
  constexpr std::string_view kName = "tiff:Orientation";
  for (std::size_t at = xmp.find(kName); at != xmp.npos; at = xmp.find(kName, at + 1)) {
    std::string_view rest = xmp.substr(at + kName.size());
    const std::size_t before = rest.starts_with("=\"") ? 2 : rest.starts_with(">") ? 1 : 0;
    rest.remove_prefix(before);
    if (before == 0 || rest.empty() || rest[0] < '0' || rest[0] > '9') continue;
    return rest[0] >= '1' && rest[0] <= '8' ? rest[0] - '0' : 1;
  }
  return 1;
}

int orientation_of_png(Bytes file) {
  const PngMetadata metadata = read_png_metadata(file);
  const auto orientation = orientation_in(std::as_bytes(std::span(metadata.exif)));
  return orientation ? *orientation : orientation_in_xmp(metadata.xmp);
}

}  // namespace

int exif_orientation(std::span<const std::byte> file) {
  switch (sniff_image(file)) {
    case ImageFormat::jpeg:
      return orientation_in(exif_of_jpeg(file)).value_or(1);
    case ImageFormat::png:
      return orientation_of_png(file);
    case ImageFormat::webp:
      return orientation_in(exif_of_webp(file)).value_or(1);
    default:
      return 1;
  }
}

}  // namespace shoal
