// Rows of a table as algorithms see them: by number, a block at a time, from wherever they are kept.
#pragma once

#include <cstdint>

#include "shoal/data/blocks.hpp"
#include "shoal/data/matrix.hpp"

namespace shoal {

/// The rows that this rank owns of a dense table. Local row i is global row range().begin + i.
class DenseRowSource {
 public:
  virtual ~DenseRowSource() = default;
  [[nodiscard]] virtual RowRange range() const = 0;
  [[nodiscard]] virtual std::int64_t global_rows() const = 0;
  [[nodiscard]] virtual std::int64_t columns() const = 0;
  /// Local rows [first, first + count); valid until the next call from the same thread.
  [[nodiscard]] virtual DenseView rows(std::int64_t first, std::int64_t count) const = 0;
};

/// The rows that this rank owns of a sparse table.
class SparseRowSource {
 public:
  virtual ~SparseRowSource() = default;
  [[nodiscard]] virtual RowRange range() const = 0;
  [[nodiscard]] virtual std::int64_t global_rows() const = 0;
  [[nodiscard]] virtual std::int64_t columns() const = 0;
  [[nodiscard]] virtual CsrView rows(std::int64_t first, std::int64_t count) const = 0;
};

/// Rows that are in memory.
class DenseRowsInMemory : public DenseRowSource {
 public:
  DenseRowsInMemory(DenseView rows, RowRange range, std::int64_t global_rows)
      : rows_(rows), range_(range), global_rows_(global_rows) {}
  [[nodiscard]] RowRange range() const override { return range_; }
  [[nodiscard]] std::int64_t global_rows() const override { return global_rows_; }
  [[nodiscard]] std::int64_t columns() const override { return rows_.columns; }
  [[nodiscard]] DenseView rows(std::int64_t first, std::int64_t count) const override {
    return {rows_.values + first * rows_.columns, count, rows_.columns};
  }

 private:
  DenseView rows_;
  RowRange range_;
  std::int64_t global_rows_;
};

class SparseRowsInMemory : public SparseRowSource {
 public:
  SparseRowsInMemory(CsrView rows, RowRange range, std::int64_t global_rows)
      : rows_(rows), range_(range), global_rows_(global_rows) {}
  [[nodiscard]] RowRange range() const override { return range_; }
  [[nodiscard]] std::int64_t global_rows() const override { return global_rows_; }
  [[nodiscard]] std::int64_t columns() const override { return rows_.columns; }
  [[nodiscard]] CsrView rows(std::int64_t first, std::int64_t count) const override {
    CsrView part = rows_;
    part.offsets =
        rows_.offsets.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count) + 1);
    return part;
  }

 private:
  CsrView rows_;
  RowRange range_;
  std::int64_t global_rows_;
};

}  // namespace shoal
