// Nearest centroids of sparse rows: |x|^2 - 2 x.c + |c|^2 in double, with the CPU's operations in the CPU's
// order.
#pragma once

#include <cstdint>

#include "stream.hpp"

namespace shoal {

/// Rows on the device: row i holds the entries [offsets[i] - offsets[0], offsets[i + 1] - offsets[0]).
struct DeviceCsr {
  const std::int64_t* offsets = nullptr;  ///< (rows + 1)
  const std::int32_t* indices = nullptr;
  const float* values = nullptr;
  std::int64_t rows = 0;
};

/// to: (columns, k) from (k, columns).
void transpose_centroids(const double* values, std::int64_t k, std::int64_t columns, double* to,
                         Stream& stream);

/// transposed: (columns, k). squared_norms: (k). labels, squared_distances: (rows). Device memory.
void nearest_sparse(const DeviceCsr& rows, const double* transposed, const double* squared_norms,
                    std::int64_t k, std::int32_t* labels, double* squared_distances, Stream& stream);
/// The same by one thread for each row.
void nearest_sparse_naive(const DeviceCsr& rows, const double* transposed, const double* squared_norms,
                          std::int64_t k, std::int32_t* labels, double* squared_distances, Stream& stream);

}  // namespace shoal
