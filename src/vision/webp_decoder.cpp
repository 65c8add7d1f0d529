// WebP through libwebp: lossy and lossless, and of moving pictures the first frame, as Pillow composes it.
#include <fmt/format.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>

#include "formats.hpp"
#include "shoal/vision/decode.hpp"

namespace shoal {
namespace {

using Demuxer = std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)>;

const std::uint8_t* octets(std::span<const std::byte> bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

/// RIFF states the length of all that follows its first eight bytes.
bool is_cut_short(std::span<const std::byte> bytes) {
  std::uint64_t stated = 8;
  for (std::size_t i = 4; i < 8 && i < bytes.size(); ++i) {
    stated += std::to_integer<std::uint64_t>(bytes[i]) << 8 * (i - 4);
  }
  return stated > bytes.size();
}

/// What stands in the file, found out without decoding it.
Demuxer demux(std::span<const std::byte> bytes) {
  const WebPData data{octets(bytes), bytes.size()};
  return {WebPDemux(&data), &WebPDemuxDelete};
}

/// A frame of a file that is open.
class FirstFrame {
 public:
  explicit FirstFrame(const WebPDemuxer* file) : there_(WebPDemuxGetFrame(file, 1, &frame_) != 0) {}
  ~FirstFrame() {
    if (there_) WebPDemuxReleaseIterator(&frame_);
  }
  FirstFrame(const FirstFrame&) = delete;
  FirstFrame& operator=(const FirstFrame&) = delete;

  /// Decodes into its place on the canvas. Alpha is dropped, and a first frame is blended with nothing.
  /// False where the frame is damaged.
  bool draw(RgbImage& canvas) const {
    const bool fits = there_ && frame_.x_offset >= 0 && frame_.y_offset >= 0 && frame_.width > 0 &&
                      frame_.height > 0 && frame_.width <= canvas.width - frame_.x_offset &&
                      frame_.height <= canvas.height - frame_.y_offset;
    WebPDecoderConfig config;
    if (!fits || WebPInitDecoderConfig(&config) == 0) return false;
    const auto stride = static_cast<std::size_t>(canvas.width) * 3;
    const auto first =
        static_cast<std::size_t>(frame_.y_offset) * stride + static_cast<std::size_t>(frame_.x_offset) * 3;
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = canvas.pixels.data() + first;
    config.output.u.RGBA.stride = static_cast<int>(stride);
    config.output.u.RGBA.size = canvas.pixels.size() - first;
    const VP8StatusCode status = WebPDecode(frame_.fragment.bytes, frame_.fragment.size, &config);
    WebPFreeDecBuffer(&config.output);
    if (status == VP8_STATUS_OUT_OF_MEMORY)
      throw ResourceError("libwebp found no memory for an image; give each rank more");
    return status == VP8_STATUS_OK;
  }

 private:
  WebPIterator frame_{};
  bool there_;
};

[[noreturn]] void refuse(std::span<const std::byte> bytes) {
  if (is_cut_short(bytes))
    throw ImageError("the WebP is cut short: its data end before the picture does; fetch it again");
  throw ImageError("the WebP cannot be decoded: it is damaged; fetch it again, or leave it out");
}

}  // namespace

RgbImage decode_webp(std::span<const std::byte> bytes) {
  const Demuxer file = demux(bytes);
  if (!file) refuse(bytes);
  const std::int64_t width = WebPDemuxGetI(file.get(), WEBP_FF_CANVAS_WIDTH);
  const std::int64_t height = WebPDemuxGetI(file.get(), WEBP_FF_CANVAS_HEIGHT);
  check_image_size(width, height);
  RgbImage canvas(static_cast<int>(width), static_cast<int>(height));
  if (!FirstFrame(file.get()).draw(canvas)) refuse(bytes);
  return canvas;
}

std::vector<std::byte> exif_of_webp(std::span<const std::byte> bytes) {
  const Demuxer file = demux(bytes);
  WebPChunkIterator chunk{};
  if (!file || WebPDemuxGetChunk(file.get(), "EXIF", 1, &chunk) == 0) return {};
  const auto found = std::as_bytes(std::span(chunk.chunk.bytes, chunk.chunk.bytes + chunk.chunk.size));
  std::vector<std::byte> exif(found.begin(), found.end());
  WebPDemuxReleaseChunkIterator(&chunk);
  return exif;
}

}  // namespace shoal
