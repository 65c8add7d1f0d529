// PNG through libpng: every colour type and depth to RGB, by the rules that Pillow follows.
#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "formats.hpp"
#include "shoal/vision/decode.hpp"

namespace shoal {
namespace {

/// No chunk that is kept in memory (palette, transparency) has more; image data stream through a small
/// buffer.
constexpr png_alloc_size_t kMaxChunkBytes = 1 << 20;
/// Deflate's limit: a match of 258 bytes costs at least two bits.
constexpr std::size_t kMostCompression = 1032;
/// Rows decoded between two looks at the output.
constexpr std::size_t kRowsAtOnce = 16;

/// What libpng's callbacks see of us: where errors go, and what is left of the file.
struct PngInput {
  std::jmp_buf jump;
  char message[128] = "";
  const std::byte* next = nullptr;
  std::size_t left = 0;
  bool out_of_memory = false;
};

/// libpng's sentence on a chunk begins with the chunk's name as the file has it, "IDAT: CRC error": what
/// comes from inputs stands in quotes.
std::string with_chunk_in_quotes(std::string_view message) {
  const std::size_t end = message.find(": ");
  if (end == std::string_view::npos) return std::string(message);
  return fmt::format("'{}'{}", message.substr(0, end), message.substr(end));
}

[[noreturn]] void leave_with_error(png_structp png, png_const_charp message) {
  auto* input = static_cast<PngInput*>(png_get_error_ptr(png));
  std::snprintf(input->message, sizeof input->message, "%s", message);
  std::longjmp(input->jump, 1);
}

void* allocate(png_structp png, png_alloc_size_t bytes) {
  void* memory = std::malloc(bytes);
  if (memory == nullptr) static_cast<PngInput*>(png_get_mem_ptr(png))->out_of_memory = true;
  return memory;
}

void release(png_structp, void* memory) { std::free(memory); }

void ignore_warning(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep target, std::size_t count) {
  auto* input = static_cast<PngInput*>(png_get_io_ptr(png));
  if (count > input->left) leave_with_error(png, "it is cut short");
  std::memcpy(target, input->next, count);
  input->next += count;
  input->left -= count;
}

/// Runs a step that calls libpng; false where libpng gave up in it. The jump back skips destructors, so a
/// step keeps nothing that has one: it calls libpng, and nothing of ours that allocates or throws.
template <class Step>
[[gnu::noinline]] bool survives(PngInput& input, const Step& step) {
  static_assert(std::is_trivially_destructible_v<Step>);
  if (setjmp(input.jump) != 0) return false;
  step();
  return true;
}

/// One decoding, from signature to last row.
class PngDecoder {
 public:
  explicit PngDecoder(std::span<const std::byte> bytes) : file_bytes_(bytes.size()) {
    input_.next = bytes.data();
    input_.left = bytes.size();
  }
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  /// Size and colours are known afterwards, and no memory for pixels is taken yet.
  void read_header() {
    require(survives(input_, [this] {
      png_ = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &input_, leave_with_error, ignore_warning,
                                      &input_, allocate, release);
      if (png_ == nullptr) return;
      info_ = png_create_info_struct(png_);
      if (info_ == nullptr) return;
      png_set_read_fn(png_, &input_, read_bytes);
      // Text, profiles and times are skipped unread; nothing may claim memory that the pixels do not need.
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
      png_set_chunk_malloc_max(png_, kMaxChunkBytes);
      // Sizes are judged below, with a sentence.
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      png_read_info(png_, info_);
      // As Pillow does: what header and palette say is checked, of image data the deflate stream alone.
      png_set_crc_action(png_, PNG_CRC_QUIET_USE, PNG_CRC_NO_CHANGE);
    }));
    if (info_ == nullptr)
      throw ResourceError("libpng found no memory for its structures; give each rank more");
    check_image_size(png_get_image_width(png_, info_), png_get_image_height(png_, info_));
    const std::size_t announced = png_get_rowbytes(png_, info_) * png_get_image_height(png_, info_);
    if (announced / kMostCompression > file_bytes_) {
      throw ImageError(
          "the PNG is cut short: its bytes cannot hold the picture that it announces; fetch it again");
    }
  }

  /// Samples as `kind()` says, row by row. Where the image is not interlaced, the vector grows as rows
  /// arrive: what a short file only announces stays untouched memory.
  std::vector<std::uint8_t> read_samples() {
    int passes = 1;
    require(survives(input_, [&] {
      set_transforms();
      passes = png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    }));
    const std::size_t stride = png_get_rowbytes(png_, info_);
    const std::size_t rows = png_get_image_height(png_, info_);
    std::vector<std::uint8_t> samples;
    samples.reserve(rows * stride);
    for (int pass = 0; pass < passes; ++pass) {
      const std::size_t at_once = passes > 1 ? rows : kRowsAtOnce;
      for (std::size_t first = 0; first < rows; first += at_once) {
        const std::size_t count = std::min(at_once, rows - first);
        samples.resize(std::max(samples.size(), (first + count) * stride));
        read_rows(samples.data() + first * stride, stride, count);
      }
    }
    return samples;
  }

  [[nodiscard]] int width() const { return static_cast<int>(png_get_image_width(png_, info_)); }
  [[nodiscard]] int height() const { return static_cast<int>(png_get_image_height(png_, info_)); }

  /// What a pixel of read_samples() is.
  enum class Samples { rgb, palette_index, grey16 };
  [[nodiscard]] Samples kind() const {
    const int colour = png_get_color_type(png_, info_);
    if (colour == PNG_COLOR_TYPE_PALETTE) return Samples::palette_index;
    const bool wide_grey = colour == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png_, info_) == 16;
    return wide_grey ? Samples::grey16 : Samples::rgb;
  }

  /// 256 colours. Pillow's palettes begin as a ramp of greys, which an index beyond the file's palette shows.
  std::array<std::array<std::uint8_t, 3>, 256> palette() const {
    std::array<std::array<std::uint8_t, 3>, 256> colours{};
    for (std::size_t i = 0; i < colours.size(); ++i) colours[i].fill(static_cast<std::uint8_t>(i));
    png_colorp entries = nullptr;
    int count = 0;
    png_get_PLTE(png_, info_, &entries, &count);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      colours[i] = {entries[i].red, entries[i].green, entries[i].blue};
    }
    return colours;
  }

 private:
  void require(bool survived) const {
    if (survived) return;
    if (input_.out_of_memory) throw std::bad_alloc();
    throw ImageError(fmt::format("the PNG cannot be decoded: {}; fetch it again, or leave it out",
                                 with_chunk_in_quotes(input_.message)));
  }

  /// Everything but indices and 16-bit grey becomes 8-bit RGB: small greys are spread over 0..255, wide
  /// samples keep their high byte, alpha is dropped.
  void set_transforms() {
    switch (kind()) {
      case Samples::palette_index:
        png_set_packing(png_);
        break;
      case Samples::grey16:
        break;
      case Samples::rgb:
        png_set_expand_gray_1_2_4_to_8(png_);
        png_set_strip_16(png_);
        png_set_strip_alpha(png_);
        png_set_gray_to_rgb(png_);
        break;
    }
  }

  void read_rows(std::uint8_t* first, std::size_t stride, std::size_t count) {
    require(survives(input_, [&] {
      for (std::size_t i = 0; i < count; ++i) png_read_row(png_, first + i * stride, nullptr);
    }));
  }

  PngInput input_{};
  std::size_t file_bytes_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

std::vector<std::uint8_t> rgb_from_indices(const std::vector<std::uint8_t>& indices,
                                           const std::array<std::array<std::uint8_t, 3>, 256>& palette) {
  std::vector<std::uint8_t> rgb(indices.size() * 3);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    std::copy_n(palette[indices[i]].begin(), 3, rgb.begin() + static_cast<std::ptrdiff_t>(3 * i));
  }
  return rgb;
}

/// Big-endian 16-bit grey, clipped at 255 (not scaled), as Pillow 9.4 converts its mode I.
std::vector<std::uint8_t> rgb_from_grey16(const std::vector<std::uint8_t>& samples) {
  std::vector<std::uint8_t> rgb(samples.size() / 2 * 3);
  for (std::size_t i = 0; i < samples.size() / 2; ++i) {
    const std::uint8_t grey = samples[2 * i] > 0 ? std::uint8_t{255} : samples[2 * i + 1];
    std::fill_n(rgb.begin() + static_cast<std::ptrdiff_t>(3 * i), 3, grey);
  }
  return rgb;
}

}  // namespace

RgbImage decode_png(std::span<const std::byte> bytes) {
  PngDecoder decoder(bytes);
  decoder.read_header();
  const auto kind = decoder.kind();
  RgbImage image;
  image.width = decoder.width();
  image.height = decoder.height();
  image.pixels = decoder.read_samples();
  if (kind == PngDecoder::Samples::palette_index) {
    image.pixels = rgb_from_indices(image.pixels, decoder.palette());
  } else if (kind == PngDecoder::Samples::grey16) {
    image.pixels = rgb_from_grey16(image.pixels);
  }
  return image;
}

}  // namespace shoal
