// What k-means++ compares candidates by: the sum over rows of the distance that would be left with each. Sums
// of fixed-point numbers, so that atomics may add them in any order.
#pragma once

#include <cstdint>

#include "nearest_sparse.hpp"
#include "stream.hpp"

namespace shoal {

/// What both kinds of rows take beside themselves. Device memory.
struct PotentialSums {
  const std::int64_t* weights = nullptr;     ///< (rows), >= 0: each row's distance so far, under `scale`
  double scale = 1.0;                        ///< 2^exponent of the fixed-point numbers
  unsigned long long* potentials = nullptr;  ///< (k), added to
};

/// potentials[j] += sum_i min(weights[i], rint(|x_i - c_j|^2 scale)). x: (rows, columns). candidates: (k,
/// columns). Device memory. The distance is that of exact_distance.cuh.
void dense_potentials(const float* x, std::int64_t rows, std::int64_t columns, const double* candidates,
                      std::int64_t k, const PotentialSums& sums, Stream& stream);
/// The same by one thread for each row and candidate.
void dense_potentials_naive(const float* x, std::int64_t rows, std::int64_t columns, const double* candidates,
                            std::int64_t k, const PotentialSums& sums, Stream& stream);

/// The same of sparse rows, with the distance of sparse_distance.cuh. transposed: (columns, k).
/// squared_norms: (k), of candidates.
void sparse_potentials(const DeviceCsr& rows, const double* transposed, const double* squared_norms,
                       std::int64_t k, const PotentialSums& sums, Stream& stream);
void sparse_potentials_naive(const DeviceCsr& rows, const double* transposed, const double* squared_norms,
                             std::int64_t k, const PotentialSums& sums, Stream& stream);

}  // namespace shoal
