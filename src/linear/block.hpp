// Matrices of few columns as the kernels read them: slices of 32 columns, and in a slice its rows one after
// the other, so that a row of a slice is four cache lines.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "shoal/base/aligned_buffer.hpp"

namespace shoal {

class Block {
 public:
  static constexpr std::int64_t kSlice = 32;

  Block() = default;
  /// Zeros. Columns beyond `width` fill up the last slice, and stay zeros.
  Block(std::int64_t rows, std::int64_t width)
      : rows_(rows), width_(width), values_(static_cast<std::size_t>(size()) * sizeof(double)) {
    std::fill_n(values_.doubles(), size(), 0.0);
  }

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] std::int64_t width() const { return width_; }
  [[nodiscard]] std::int64_t slices() const { return slices_of(width_); }
  [[nodiscard]] static std::int64_t slices_of(std::int64_t width) { return (width + kSlice - 1) / kSlice; }
  /// Numbers, those that fill up included.
  [[nodiscard]] std::int64_t size() const { return slices() * rows_ * kSlice; }
  /// rows x kSlice
  [[nodiscard]] double* slice(std::int64_t s) { return values_.doubles() + s * rows_ * kSlice; }
  [[nodiscard]] const double* slice(std::int64_t s) const { return values_.doubles() + s * rows_ * kSlice; }
  [[nodiscard]] double& at(std::int64_t row, std::int64_t column) {
    return slice(column / kSlice)[row * kSlice + column % kSlice];
  }
  [[nodiscard]] double at(std::int64_t row, std::int64_t column) const {
    return slice(column / kSlice)[row * kSlice + column % kSlice];
  }
  [[nodiscard]] std::span<double> values() { return {values_.doubles(), static_cast<std::size_t>(size())}; }
  [[nodiscard]] std::span<const double> values() const {
    return {values_.doubles(), static_cast<std::size_t>(size())};
  }

 private:
  std::int64_t rows_ = 0;
  std::int64_t width_ = 0;
  AlignedBuffer values_;
};

}  // namespace shoal
