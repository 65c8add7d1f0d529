// Fixed-point sums of rows by label: integers, so that atomics may add them in any order.
#pragma once

#include <cstdint>

#include "nearest_sparse.hpp"
#include "stream.hpp"

namespace shoal {

/// What add_dense_by_label works with. Device memory.
struct LabelOrder {
  std::int32_t* places = nullptr;  ///< (k + 1)
  std::int32_t* rows = nullptr;    ///< (rows)
};
/// So many rows a block goes down; a grid has at most 65,535 blocks below each other.
constexpr std::int64_t kRowsOfSum = 64;
constexpr std::int64_t kMostRowsByLabel = 65535 * kRowsOfSum;

/// sums[label * columns + column] += round(x * scale), half to even, for rows with label >= 0.
/// x: (rows, columns). labels: (rows). sums: (k, columns), two's complement. Device memory.
/// labels < k. rows <= kMostRowsByLabel.
void add_dense_by_label(const float* x, std::int64_t rows, std::int64_t columns, const std::int32_t* labels,
                        std::int64_t k, const LabelOrder& order, double scale, unsigned long long* sums,
                        Stream& stream);
/// The same by one thread for each number.
void add_dense_by_label_naive(const float* x, std::int64_t rows, std::int64_t columns,
                              const std::int32_t* labels, double scale, unsigned long long* sums,
                              Stream& stream);
void add_sparse_by_label(const DeviceCsr& rows, std::int64_t columns, const std::int32_t* labels,
                         double scale, unsigned long long* sums, Stream& stream);

}  // namespace shoal
