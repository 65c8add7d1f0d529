// Squared distances of sparse rows in double, whose bits are a definition, as on the CPU: |x|^2 and x.c are
// each added up over the row's entries in their order, then max(|x|^2 - 2 x.c + |c|^2, 0).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace shoal::sparse {

struct Row {
  const std::int32_t* columns;  ///< (entries)
  const float* values;          ///< (entries)
  std::int64_t entries;
};

/// As DeviceCsr holds them: offsets: (rows + 1), of a part of a larger matrix too.
__device__ inline Row row_of(const std::int64_t* offsets, const std::int32_t* indices, const float* values,
                             std::int64_t i) {
  const std::int64_t first = offsets[i] - offsets[0];
  return {indices + first, values + first, offsets[i + 1] - offsets[i]};
}

__device__ inline double squared_norm(const Row& row) {
  double norm = 0.0;
  for (std::int64_t e = 0; e < row.entries; ++e) {
    const auto value = static_cast<double>(row.values[e]);
    norm += value * value;
  }
  return norm;
}

/// |x - c_j|^2. norm: |x|^2. transposed: (columns, k). squared_norm: |c_j|^2.
__device__ inline double distance_to(const Row& row, double norm, const double* transposed, int k,
                                     double squared_norm, int j) {
  double product = 0.0;
  for (std::int64_t e = 0; e < row.entries; ++e) {
    const auto value = static_cast<double>(row.values[e]);
    product += value * transposed[static_cast<std::int64_t>(row.columns[e]) * k + j];
  }
  const double distance = (norm - 2.0 * product) + squared_norm;
  return distance > 0.0 ? distance : 0.0;
}

}  // namespace shoal::sparse
