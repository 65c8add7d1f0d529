// The inner loops. Each number is a chain of fused multiply-adds in an order that is part of the definition,
// so that its bits do not depend on how many of them a processor makes at once; IEEE 754 leaves a fused
// multiply-add no choice.
#pragma once

#include <cstdint>

#include "shoal/base/processor.hpp"
#include "shoal/data/matrix.hpp"

namespace shoal {

/// A rows x n matrix of doubles: entry (i, k) is at[i * row + k * step].
struct StridedMatrix {
  const double* at = nullptr;
  std::int64_t row = 0;
  std::int64_t step = 0;
};

/// c[i * 32 + j] += sum over k < n of a(i, k) * b[k * 32 + j] for i < rows, j < 32, over rising k.
void add_products(const StridedMatrix& a, std::int64_t rows, std::int64_t n, const double* b, double* c,
                  InstructionLevel level);

/// y[j] = sum over the row's entries e, in order, of value(e) * slice[column(e) * 32 + j] for j < 32.
void row_product(const SparseRow& row, const double* slice, double* y, InstructionLevel level);

/// For the rows [begin, end) with y as above: sums[column(e) * 32 + j] += round(value(e) * (y[j] *
/// scales[j])), rounded half to even. scales: powers of two that keep what is rounded below 2^51.
void add_squared_rows(const CsrView& rows, std::int64_t begin, std::int64_t end, const double* slice,
                      const double* scales, std::int64_t* sums, InstructionLevel level);

/// sums[i] += round(values[i] * scales[i % 32]) for i < n, n a multiple of 32, in the same way.
void add_rounded(const double* values, std::int64_t n, const double* scales, std::int64_t* sums,
                 InstructionLevel level);

}  // namespace shoal
