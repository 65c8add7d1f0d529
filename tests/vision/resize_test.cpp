// Resizing against Pillow, its fast path against its plain one, and windows against whole images.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <istream>

#include "golden_tables.hpp"
#include "shoal/vision/resize.hpp"
#include "vision/resample.hpp"

namespace shoal {
namespace {

struct Resized {
  std::string digest;
  int width_before = 0;
  int height_before = 0;
  int width = 0;
  int height = 0;
  friend std::istream& operator>>(std::istream& in, Resized& row) {
    return in >> row.digest >> row.width_before >> row.height_before >> row.width >> row.height;
  }
};

/// Cuts a window out of a whole image.
RgbImage cut(const RgbImage& image, const PixelWindow& window) {
  RgbImage result(window.width, window.height);
  const auto row_bytes = static_cast<std::ptrdiff_t>(3) * window.width;
  for (std::int64_t y = 0; y < window.height; ++y) {
    const auto from = image.pixels.begin() + 3 * ((window.top + y) * image.width + window.left);
    std::copy_n(from, row_bytes, result.pixels.begin() + y * row_bytes);
  }
  return result;
}

void expect_pillows_bytes() {
  const auto table = golden_table<Resized>("resize.txt");
  ASSERT_EQ(table.size(), 28U);
  for (const Resized& expected : table) {
    const RgbImage before = made_image(expected.width_before, expected.height_before);
    EXPECT_EQ(digest_of(resize_bilinear(before, expected.width, expected.height)), expected.digest)
        << expected.width_before << " x " << expected.height_before << " to " << expected.width << " x "
        << expected.height;
  }
}

TEST(Resize, GivesPillowsBytesOnOddSizes) { expect_pillows_bytes(); }

TEST(Resize, GivesPillowsBytesWithoutItsFastPaths) {
  for (const char* level : {"avx2", "baseline"}) {
    ASSERT_EQ(setenv("SHOAL_MAX_LEVEL", level, 1), 0);
    expect_pillows_bytes();
  }
  unsetenv("SHOAL_MAX_LEVEL");
}

TEST(Resize, LeavesAnImageOfTheRightSizeAsItIs) {
  const RgbImage image = made_image(31, 17);
  EXPECT_EQ(resize_bilinear(image, 31, 17).pixels, image.pixels);
}

TEST(Resize, AWindowIsWhatCuttingTheWholeGives) {
  const RgbImage image = made_image(301, 203);
  for (const auto& [width, height] :
       {std::pair{301, 203}, {97, 203}, {301, 67}, {97, 67}, {450, 300}, {20, 500}}) {
    const RgbImage whole = resize_bilinear(image, width, height);
    for (const PixelWindow& window :
         {PixelWindow{0, 0, 5, 7}, {width - 11, height - 3, 11, 3}, {7, 19, 13, 40}, {0, 30, width, 1}}) {
      EXPECT_EQ(resize_bilinear_window(image, width, height, window).pixels, cut(whole, window).pixels)
          << width << " x " << height << " at " << window.left << ", " << window.top;
    }
  }
}

TEST(Resize, AWindowOfAGiganticResultCostsNothing) {
  // The whole would have 3 million x 1.5 million pixels.
  const RgbImage image = made_image(2, 1);
  const RgbImage window = resize_bilinear_window(image, 3'000'000, 1'500'000, {1'499'900, 700'000, 224, 224});
  EXPECT_EQ(window.pixels.size(), 224U * 224 * 3);
}

/// A fast form of both passes against the plain one on noise of every width: the last rows and bytes are
/// where a fast path goes wrong.
void expect_plain_bytes_on_every_width(InstructionLevel level) {
  for (int width = 1; width < 70; ++width) {
    const int height = 1 + width * 7 % 23;
    const RgbImage image = made_image(width, height);
    const std::size_t stride = 3 * static_cast<std::size_t>(width);
    const SourceRows source{image.pixels.data(), stride, image.pixels.data() + image.pixels.size()};
    const auto rows = static_cast<std::size_t>(height);
    for (const int outputs : {1, width / 2 + 1, width + 3}) {
      const AxisPlan columns = plan_axis(width, outputs, 0, outputs);
      const std::size_t target_stride = 3 * columns.outputs() + 1;
      std::vector<std::uint8_t> plain(rows * target_stride), fast(plain.size());
      resample_columns(source, rows, columns, {plain.data(), target_stride}, InstructionLevel::baseline);
      resample_columns(source, rows, columns, {fast.data(), target_stride}, level);
      for (std::size_t y = 0; y < rows; ++y)
        plain[(y + 1) * target_stride - 1] = fast[(y + 1) * target_stride - 1] = 0;
      EXPECT_EQ(plain, fast) << width << " columns to " << outputs;

      const AxisPlan lines = plan_axis(height, outputs, 0, outputs);
      plain.assign(lines.outputs() * stride, 0);
      fast = plain;
      resample_rows(source, 0, stride, lines, {plain.data(), stride}, InstructionLevel::baseline);
      resample_rows(source, 0, stride, lines, {fast.data(), stride}, level);
      EXPECT_EQ(plain, fast) << height << " rows to " << outputs;
    }
  }
}

TEST(Resample, WithAvx2GivesThePlainBytesOnEveryWidth) {
  if (detect_instruction_level() < InstructionLevel::avx2) GTEST_SKIP() << "this processor has no AVX2";
  expect_plain_bytes_on_every_width(InstructionLevel::avx2);
}

TEST(Resample, WithAvx512GivesThePlainBytesOnEveryWidth) {
  if (detect_instruction_level() < InstructionLevel::avx512) {
    std::puts("\n*** NOT CHECKED: resizing with AVX-512, which this processor does not have ***\n");
    GTEST_SKIP() << "this processor has no AVX-512";
  }
  expect_plain_bytes_on_every_width(InstructionLevel::avx512);
}

TEST(Resample, WeightsAddUpToOne) {
  for (const int out : {1, 3, 224, 299, 1080, 2000}) {
    const AxisPlan plan = plan_axis(1080, out, 0, out);
    for (std::size_t i = 0; i < plan.outputs(); ++i) {
      std::int64_t sum = 0;
      for (std::int32_t j = 0; j < plan.taps; ++j) sum += plan.weights_of(i)[j];
      EXPECT_NEAR(static_cast<double>(sum), 1 << kWeightBits, plan.count[i]) << out << ", output " << i;
    }
  }
}

}  // namespace
}  // namespace shoal
