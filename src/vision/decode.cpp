// Recognises image files by their first bytes and hands them to their decoder.
#include "shoal/vision/decode.hpp"

#include <fmt/format.h>

#include <string_view>

#include "formats.hpp"

namespace shoal {
namespace {

using namespace std::string_view_literals;

/// ISO media files (HEIC, AVIF) name their kind in a box of type ftyp, after its four bytes of length.
ImageFormat sniff_iso_media(std::string_view text) {
  if (text.substr(4, 4) != "ftyp") return ImageFormat::unknown;
  const std::string_view brand = text.substr(8, 4);
  if (brand == "avif" || brand == "avis") return ImageFormat::avif;
  for (const auto heic : {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "hevx"sv, "mif1"sv, "msf1"sv}) {
    if (brand == heic) return ImageFormat::heic;
  }
  return ImageFormat::unknown;
}

/// "BM" alone begins many texts: the four reserved bytes that follow the file's size must be zero as well.
bool is_bmp(std::string_view text) { return text.starts_with("BM") && text.substr(6, 4) == "\0\0\0\0"sv; }

}  // namespace

ImageFormat sniff_image(std::span<const std::byte> beginning) {
  const std::string_view text =
      std::string_view(reinterpret_cast<const char*>(beginning.data()), beginning.size())
          .substr(0, kSniffBytes);
  if (text.starts_with("\xFF\xD8\xFF"sv)) return ImageFormat::jpeg;
  if (text.starts_with("\x89PNG\r\n\x1A\n"sv)) return ImageFormat::png;
  if (text.starts_with("GIF87a"sv) || text.starts_with("GIF89a"sv)) return ImageFormat::gif;
  if (text.starts_with("II*\0"sv) || text.starts_with("MM\0*"sv)) return ImageFormat::tiff;
  if (text.size() < 12) return ImageFormat::unknown;
  if (text.starts_with("RIFF"sv) && text.substr(8, 4) == "WEBP") return ImageFormat::webp;
  if (is_bmp(text)) return ImageFormat::bmp;
  return sniff_iso_media(text);
}

std::string to_string(ImageFormat format) {
  switch (format) {
    case ImageFormat::jpeg:
      return "JPEG";
    case ImageFormat::png:
      return "PNG";
    case ImageFormat::gif:
      return "GIF";
    case ImageFormat::webp:
      return "WebP";
    case ImageFormat::bmp:
      return "BMP";
    case ImageFormat::tiff:
      return "TIFF";
    case ImageFormat::heic:
      return "HEIC";
    case ImageFormat::avif:
      return "AVIF";
    case ImageFormat::unknown:
      break;
  }
  return "unknown";
}

bool is_decoded(ImageFormat format) {
  return format == ImageFormat::jpeg || format == ImageFormat::png || format == ImageFormat::webp;
}

RgbImage decode_image(std::span<const std::byte> bytes) {
  if (bytes.empty()) throw ImageError("the image file is empty; fetch it again");
  switch (const ImageFormat format = sniff_image(bytes)) {
    case ImageFormat::jpeg:
      return decode_jpeg(bytes);
    case ImageFormat::png:
      return decode_png(bytes);
    case ImageFormat::webp:
      return decode_webp(bytes);
    case ImageFormat::unknown:
      throw ImageError(
          "the file is no image, whatever its name says: it begins as no format known here; "
          "fetch it again, or leave it out");
    default:
      throw ImageError(
          fmt::format("{} is not read yet; convert the image to JPEG or PNG", to_string(format)));
  }
}

void check_image_size(std::int64_t width, std::int64_t height) {
  if (width <= 0 || height <= 0) throw ImageError("the image has no pixels; fetch it again, or leave it out");
  if (width > kMaxImageSide || height > kMaxImageSide || width * height > kMaxImagePixels) {
    throw ImageError(
        fmt::format("the image is {} x {} pixels, and no more than {} are read, {} a side; shrink it first",
                    width, height, kMaxImagePixels, kMaxImageSide));
  }
}

}  // namespace shoal
