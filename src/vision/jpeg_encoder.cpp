// Pixels to JPEG through libjpeg(-turbo), for thumbnails and synthetic photos.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "jpeg_errors.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/vision/encode.hpp"

namespace shoal {
namespace {

/// Writes into one buffer that holds whatever an image of this size can need.
struct BufferDestination {
  jpeg_destination_mgr manager{};
  std::size_t capacity;
  std::unique_ptr<JOCTET[]> buffer;

  explicit BufferDestination(std::size_t capacity_)
      : capacity(capacity_), buffer(std::make_unique_for_overwrite<JOCTET[]>(capacity_)) {
    manager.next_output_byte = buffer.get();
    manager.free_in_buffer = capacity;
    manager.init_destination = [](j_compress_ptr) {};
    // Suspends, so that the row counts as not written; jpeg_finish_compress makes it an error.
    manager.empty_output_buffer = [](j_compress_ptr) -> boolean { return FALSE; };
    manager.term_destination = [](j_compress_ptr) {};
  }
  [[nodiscard]] std::size_t size() const { return capacity - manager.free_in_buffer; }
};

/// No block of 64 coefficients needs more than 512 bytes (64 times 16 + 11 bits, every byte stuffed); 4:2:0
/// has 6 blocks in 16 x 16 pixels. Most of it is never touched, and so costs no memory.
std::size_t largest_jpeg(int width, int height) {
  const auto macroblocks = [](int side) { return (static_cast<std::size_t>(side) + 15) / 16; };
  return 4096 + macroblocks(width) * macroblocks(height) * 6 * 512;
}

class JpegEncoder {
 public:
  explicit JpegEncoder(const RgbImage& image) : destination_(largest_jpeg(image.width, image.height)) {
    codec_.err = jpeg_error_manager(errors_);
  }
  ~JpegEncoder() { jpeg_destroy_compress(&codec_); }
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;

  std::span<const std::byte> encode(const RgbImage& image, int quality) {
    require(survives(errors_, [&] {
      jpeg_create_compress(&codec_);
      codec_.dest = &destination_.manager;
      codec_.image_width = static_cast<JDIMENSION>(image.width);
      codec_.image_height = static_cast<JDIMENSION>(image.height);
      codec_.input_components = 3;
      codec_.in_color_space = JCS_RGB;
      jpeg_set_defaults(&codec_);
      jpeg_set_quality(&codec_, quality, TRUE);
      jpeg_start_compress(&codec_, TRUE);
      JDIMENSION written = 1;
      while (codec_.next_scanline < codec_.image_height && written > 0) {
        const std::size_t offset = codec_.next_scanline * static_cast<std::size_t>(codec_.image_width) * 3;
        // libjpeg does not write through the pointer.
        JSAMPROW row = const_cast<JSAMPROW>(image.pixels.data() + offset);
        written = jpeg_write_scanlines(&codec_, &row, 1);
      }
      jpeg_finish_compress(&codec_);
    }));
    return std::as_bytes(std::span(destination_.buffer.get(), destination_.size()));
  }

 private:
  void require(bool survived) const {
    if (!survived) throw FailureError(fmt::format("an image cannot be written as JPEG: {}", errors_.message));
  }

  JpegErrors errors_{};
  BufferDestination destination_;
  jpeg_compress_struct codec_{};
};

}  // namespace

std::vector<std::byte> encode_jpeg(const RgbImage& image, int quality) {
  SHOAL_EXPECT(quality >= 1 && quality <= 100);
  const auto width = static_cast<std::size_t>(std::max(image.width, 0));
  const auto height = static_cast<std::size_t>(std::max(image.height, 0));
  if (width == 0 || height == 0 || width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION ||
      image.pixels.size() != width * height * 3) {
    throw FailureError(
        fmt::format("an image of {} x {} pixels in {} bytes cannot be written as JPEG; sides must be "
                    "1 to {}, with 3 bytes a pixel",
                    image.width, image.height, image.pixels.size(), JPEG_MAX_DIMENSION));
  }
  JpegEncoder encoder(image);
  const auto bytes = encoder.encode(image, quality);
  return {bytes.begin(), bytes.end()};
}

}  // namespace shoal
