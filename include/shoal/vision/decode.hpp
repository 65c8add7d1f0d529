// From the bytes of an image file to pixels: JPEG, PNG and WebP, to the bit of what Pillow 9.4 gives for
// Image.open(file).convert("RGB").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "shoal/base/error.hpp"
#include "shoal/data/image.hpp"

namespace shoal {

/// What a file is by its first bytes. Some are only known by name, so that a message can say what the file
/// is.
enum class ImageFormat : std::uint8_t { unknown, jpeg, png, gif, webp, bmp, tiff, heic, avif };

/// The first bytes that sniff_image looks at; more do not change its answer.
inline constexpr std::size_t kSniffBytes = 16;

/// Never throws; unknown where the bytes begin no image that we know by name.
ImageFormat sniff_image(std::span<const std::byte> beginning);

/// Whether decode_image reads the format.
bool is_decoded(ImageFormat format);

/// The format as a person writes it: "JPEG", "WebP".
std::string to_string(ImageFormat format);

/// The bytes are no image that we can read. The sentence names no file: the caller knows which it was.
struct ImageError : InputError {
  explicit ImageError(const std::string& sentence) : InputError(sentence) {}
};

/// Larger images are refused by their header, before memory is taken: Pillow's own limit.
inline constexpr std::int64_t kMaxImagePixels = 89'478'485;
inline constexpr std::int64_t kMaxImageSide = 1'000'000;
/// JPEGs with more scans are refused: each costs a walk over the whole image, however few bytes it has.
inline constexpr int kMaxJpegScans = 100;
/// Pixels times scans, for the same reason: the largest image may have 24. A limit in work, unlike one in
/// seconds, refuses the same files on every machine.
inline constexpr std::int64_t kMaxJpegWork = std::int64_t{1} << 31;

/// The whole file in, pixels out. As in Pillow: grey and palettes become RGB, CMYK is taken as inverted
/// (Adobe), alpha is dropped without blending, 16-bit colour keeps its high byte, 16-bit grey is clipped to
/// 255; of a moving picture the first frame is taken; profiles, gamma and EXIF orientation (orientation.hpp)
/// are ignored; a JPEG's damage that libjpeg only warns of is tolerated, and so is a wrong checksum of a
/// PNG's image data or notes. Throws ImageError where the file is of another format, cut short, damaged, or
/// above a limit.
RgbImage decode_image(std::span<const std::byte> bytes);

}  // namespace shoal
