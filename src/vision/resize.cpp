// Resizing: columns first, stored as bytes, then rows; only what the window shows.
#include "shoal/vision/resize.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include "resample.hpp"
#include "shoal/base/check.hpp"

namespace shoal {
namespace {

/// Rows on their way from one pass to the other, with room for a fast path to write beyond a row's end.
struct RowBuffer {
  std::size_t stride;
  std::size_t bytes;
  std::unique_ptr<std::uint8_t[]> data;

  RowBuffer(std::size_t rows, std::size_t row_bytes)
      : stride((row_bytes + 1 + 31) / 32 * 32),
        bytes(rows * stride),
        data(std::make_unique_for_overwrite<std::uint8_t[]>(bytes)) {}
  [[nodiscard]] SourceRows source() const { return {data.get(), stride, data.get() + bytes}; }
  [[nodiscard]] TargetRows target() const { return {data.get(), stride}; }
};

struct RowSpan {
  std::int32_t begin = 0;
  std::int32_t end = 0;
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end - begin); }
};

/// The source rows that a plan's outputs are made of.
RowSpan rows_of(const AxisPlan& plan) { return {plan.first.front(), plan.first.back() + plan.count.back()}; }

/// Rows `span` of the image, seen through a window that begins at column `left`.
SourceRows view(const RgbImage& image, RowSpan span, std::int64_t left) {
  const std::size_t stride = 3 * static_cast<std::size_t>(image.width);
  const std::uint8_t* begin = image.pixels.data();
  return {begin + static_cast<std::size_t>(span.begin) * stride + 3 * static_cast<std::size_t>(left), stride,
          begin + image.pixels.size()};
}

TargetRows rows_to_write(RgbImage& image) {
  return {image.pixels.data(), 3 * static_cast<std::size_t>(image.width)};
}

void copy_rows(const SourceRows& source, const TargetRows& target, std::size_t rows, std::size_t row_bytes) {
  for (std::size_t y = 0; y < rows; ++y) std::memcpy(target.row(y), source.row(y), row_bytes);
}

}  // namespace

RgbImage resize_bilinear_window(const RgbImage& image, std::int64_t width, std::int64_t height,
                                const PixelWindow& window) {
  SHOAL_EXPECT(image.width >= 1 && image.height >= 1 && window.width >= 1 && window.height >= 1);
  SHOAL_EXPECT(window.left >= 0 && window.left + window.width <= width);
  SHOAL_EXPECT(window.top >= 0 && window.top + window.height <= height);
  const bool columns_change = width != image.width;
  const bool rows_change = height != image.height;
  const InstructionLevel level = detect_instruction_level();
  const std::size_t row_bytes = 3 * static_cast<std::size_t>(window.width);
  RgbImage result(window.width, window.height);

  // Without a change of height the rows to read are the window's own.
  AxisPlan by_row;
  RowSpan needed{static_cast<std::int32_t>(window.top),
                 static_cast<std::int32_t>(window.top + window.height)};
  if (rows_change) {
    by_row = plan_axis(image.height, height, window.top, window.height);
    needed = rows_of(by_row);
  }
  if (!columns_change) {
    const SourceRows source = view(image, needed, window.left);
    if (rows_change) {
      resample_rows(source, needed.begin, row_bytes, by_row, rows_to_write(result), level);
    } else {
      copy_rows(source, rows_to_write(result), needed.size(), row_bytes);
    }
    return result;
  }
  const AxisPlan by_column = plan_axis(image.width, width, window.left, window.width);
  const RowBuffer between(needed.size(), row_bytes);
  resample_columns(view(image, needed, 0), needed.size(), by_column, between.target(), level);
  if (rows_change) {
    resample_rows(between.source(), needed.begin, row_bytes, by_row, rows_to_write(result), level);
  } else {
    copy_rows(between.source(), rows_to_write(result), needed.size(), row_bytes);
  }
  return result;
}

RgbImage resize_bilinear(const RgbImage& image, int width, int height) {
  return resize_bilinear_window(image, width, height, {0, 0, width, height});
}

}  // namespace shoal
