// JPEG to pixels through libjpeg(-turbo), set up as Pillow sets it up.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <new>

#include "formats.hpp"
#include "jpeg_errors.hpp"
#include "shoal/vision/decode.hpp"

#include <jerror.h>  // after jpeglib.h

namespace shoal {
namespace {

/// Rows decoded between two looks at the output: small enough that fresh memory is still in the cache.
constexpr int kRowsAtOnce = 16;

/// The coefficients of a progressive image at the pixel limit need 0.7 GiB; libjpeg's own structures are
/// small.
constexpr long kMaxLibraryBytes = 1L << 30;

/// The whole file lies in memory: at its end libjpeg suspends, which is how we see that a file is cut short.
/// (jpeg_mem_src would make up an end marker and fill the rest with grey.)
struct WholeFileSource {
  jpeg_source_mgr manager{};

  explicit WholeFileSource(std::span<const std::byte> bytes) {
    manager.next_input_byte = reinterpret_cast<const JOCTET*>(bytes.data());
    manager.bytes_in_buffer = bytes.size();
    manager.init_source = [](j_decompress_ptr) {};
    manager.fill_input_buffer = [](j_decompress_ptr) -> boolean { return FALSE; };
    manager.skip_input_data = [](j_decompress_ptr codec, long count) {
      if (count <= 0) return;
      const auto skipped = std::min(static_cast<std::size_t>(count), codec->src->bytes_in_buffer);
      codec->src->next_input_byte += skipped;
      codec->src->bytes_in_buffer -= skipped;
    };
    manager.resync_to_restart = jpeg_resync_to_restart;
    manager.term_source = [](j_decompress_ptr) {};
  }
};

[[noreturn]] void throw_truncated() {
  throw ImageError("the JPEG is cut short: its data end before the picture does; fetch it again");
}

/// One decoding, from header to last row.
class JpegDecoder {
 public:
  explicit JpegDecoder(std::span<const std::byte> bytes) : source_(bytes), file_bytes_(bytes.size()) {
    codec_.err = jpeg_error_manager(errors_);
  }
  // Safe at any stage, also where nothing was created: the structure began as zeros.
  ~JpegDecoder() { jpeg_destroy_decompress(&codec_); }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  /// Size and colours are known afterwards, and no memory for pixels is taken yet.
  void read_header() {
    int status = JPEG_SUSPENDED;
    require(survives(errors_, [&] {
      jpeg_create_decompress(&codec_);
      codec_.src = &source_.manager;
      codec_.progress = &progress_;
      codec_.client_data = &most_scans_;
      codec_.mem->max_memory_to_use = kMaxLibraryBytes;
      status = jpeg_read_header(&codec_, TRUE);
    }));
    if (status == JPEG_SUSPENDED) throw_truncated();
    check_image_size(codec_.image_width, codec_.image_height);
    const auto pixels = std::int64_t{codec_.image_width} * std::int64_t{codec_.image_height};
    most_scans_ = static_cast<int>(std::min<std::int64_t>(kMaxJpegScans, kMaxJpegWork / pixels));
    if (announces_too_much()) throw_truncated();
    codec_.out_color_space = output_colours();
  }

  /// Interleaved samples, channels() a pixel. The vector grows as rows arrive: what a short file only
  /// announces stays untouched memory.
  std::vector<std::uint8_t> read_pixels() {
    boolean started = FALSE;
    require(survives(errors_, [&] { started = jpeg_start_decompress(&codec_); }));
    if (started == FALSE) throw_truncated();
    const std::size_t stride = static_cast<std::size_t>(codec_.output_width) * channels();
    std::vector<std::uint8_t> samples;
    samples.reserve(stride * codec_.output_height);
    while (codec_.output_scanline < codec_.output_height) {
      const auto rows = std::min<JDIMENSION>(kRowsAtOnce, codec_.output_height - codec_.output_scanline);
      samples.resize(samples.size() + rows * stride);
      read_rows(samples.data() + codec_.output_scanline * stride, stride, rows);
    }
    // False only says that the end marker is missing, which harms no pixel; Pillow lets it pass too.
    require(survives(errors_, [this] { jpeg_finish_decompress(&codec_); }));
    return samples;
  }

  [[nodiscard]] int width() const { return static_cast<int>(codec_.image_width); }
  [[nodiscard]] int height() const { return static_cast<int>(codec_.image_height); }
  [[nodiscard]] std::size_t channels() const { return codec_.out_color_space == JCS_CMYK ? 4 : 3; }

 private:
  static void count_scans(j_common_ptr codec) {
    const auto* decoder = reinterpret_cast<j_decompress_ptr>(codec);
    const int most = *static_cast<const int*>(codec->client_data);
    if (decoder->input_scan_number <= most) return;
    auto* errors = reinterpret_cast<JpegErrors*>(codec->err);
    std::snprintf(errors->message, sizeof errors->message, "it has more than %d scans", most);
    std::longjmp(errors->jump, 1);
  }

  void require(bool survived) const {
    if (survived) return;
    if (errors_.manager.msg_code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
    throw ImageError(
        fmt::format("the JPEG cannot be decoded: {}; fetch it again, or leave it out", errors_.message));
  }

  /// Huffman codes have at least one bit for each block of 8 x 8 pixels. A file with fewer holds almost
  /// nothing of the picture that it announces; libjpeg would fill the rest with grey.
  bool announces_too_much() const {
    const auto blocks = [](JDIMENSION side) { return (static_cast<std::size_t>(side) + 7) / 8; };
    return codec_.arith_code == FALSE &&
           blocks(codec_.image_width) * blocks(codec_.image_height) > 8 * file_bytes_;
  }

  J_COLOR_SPACE output_colours() const {
    switch (codec_.num_components) {
      case 1:
      case 3:
        return JCS_RGB;
      case 4:
        return JCS_CMYK;
      default:
        throw ImageError(
            fmt::format("the JPEG has {} colour components, and 1, 3 or 4 are read; convert it to RGB",
                        codec_.num_components));
    }
  }

  /// Decodes `rows` rows to `first`, one behind the other.
  void read_rows(std::uint8_t* first, std::size_t stride, JDIMENSION rows) {
    const JDIMENSION end = codec_.output_scanline + rows;
    JSAMPROW targets[kRowsAtOnce];
    for (JDIMENSION i = 0; i < rows; ++i) targets[i] = first + i * stride;
    JDIMENSION delivered = 1;
    require(survives(errors_, [&] {
      while (codec_.output_scanline < end && delivered > 0) {
        const JDIMENSION left = end - codec_.output_scanline;
        delivered = jpeg_read_scanlines(&codec_, targets + (rows - left), left);
      }
    }));
    if (delivered == 0) throw_truncated();
  }

  JpegErrors errors_{};
  WholeFileSource source_;
  std::size_t file_bytes_;
  int most_scans_ = kMaxJpegScans;
  jpeg_progress_mgr progress_{count_scans, 0, 0, 0, 0};
  jpeg_decompress_struct codec_{};
};

/// a * b / 255 to the nearest integer, as Pillow computes it.
std::uint8_t multiply_bytes(int a, int b) {
  const int product = a * b + 128;
  return static_cast<std::uint8_t>(((product >> 8) + product) >> 8);
}

/// CMYK in Adobe's inverted form, which Pillow assumes of every four-component JPEG, to RGB.
std::vector<std::uint8_t> rgb_from_inverted_cmyk(const std::vector<std::uint8_t>& cmyk) {
  std::vector<std::uint8_t> rgb(cmyk.size() / 4 * 3);
  for (std::size_t i = 0, o = 0; i < cmyk.size(); i += 4, o += 3) {
    const int white = cmyk[i + 3];  // 255 - black
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const int ink = 255 - cmyk[i + channel];
      rgb[o + channel] = static_cast<std::uint8_t>(white - multiply_bytes(ink, white));
    }
  }
  return rgb;
}

}  // namespace

RgbImage decode_jpeg(std::span<const std::byte> bytes) {
  JpegDecoder decoder(bytes);
  decoder.read_header();
  RgbImage image;
  image.width = decoder.width();
  image.height = decoder.height();
  image.pixels = decoder.read_pixels();
  if (decoder.channels() == 4) image.pixels = rgb_from_inverted_cmyk(image.pixels);
  return image;
}

}  // namespace shoal
