// Matrices of rows that one rank owns: dense and compressed sparse row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shoal {

/// rows x columns numbers, row-major, not owned.
struct DenseView {
  const float* values = nullptr;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  [[nodiscard]] std::span<const float> row(std::int64_t i) const {
    return {values + i * columns, static_cast<std::size_t>(columns)};
  }
};

/// rows x columns numbers, row-major.
struct DenseMatrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<float> values;

  DenseMatrix() = default;
  DenseMatrix(std::int64_t rows_, std::int64_t columns_)
      : rows(rows_), columns(columns_), values(static_cast<std::size_t>(rows_ * columns_)) {}
  [[nodiscard]] std::span<float> row(std::int64_t i) {
    return {values.data() + i * columns, static_cast<std::size_t>(columns)};
  }
  [[nodiscard]] DenseView view() const { return {values.data(), rows, columns}; }
};

/// One sparse row: columns strictly rising, one value each.
struct SparseRow {
  std::span<const std::int32_t> columns;
  std::span<const float> values;
};

/// Compressed sparse rows, not owned: row i holds entries [offsets[i], offsets[i + 1]).
struct CsrView {
  std::span<const std::int64_t> offsets;  ///< rows + 1
  std::span<const std::int32_t> indices;  ///< column of each entry, rising within a row
  std::span<const float> values;
  std::int64_t columns = 0;
  [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
  [[nodiscard]] SparseRow row(std::int64_t i) const {
    const auto begin = static_cast<std::size_t>(offsets[static_cast<std::size_t>(i)]);
    const auto count = static_cast<std::size_t>(offsets[static_cast<std::size_t>(i) + 1]) - begin;
    return {indices.subspan(begin, count), values.subspan(begin, count)};
  }
};

struct CsrMatrix {
  std::int64_t columns = 0;
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> indices;
  std::vector<float> values;

  [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
  [[nodiscard]] CsrView view() const { return {offsets, indices, values, columns}; }
  /// Ends the current row.
  void close_row() { offsets.push_back(static_cast<std::int64_t>(indices.size())); }
};

}  // namespace shoal
