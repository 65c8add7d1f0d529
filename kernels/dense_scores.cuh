// What products of rows and centroids say about the nearest one: |x - c|^2 - |x|^2 = |c|^2 - 2 x.c lies
// within a proven bound e of its evaluation. `limit` = min_j (score_j + e_j) is then an upper bound of the
// minimum, and the two least score_j - e_j tell whether one centroid alone reaches below it. Three numbers a
// row: the rows x k matrix never exists.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <limits>

namespace shoal::dense {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What is known of a row after some centroids.
struct Standing {
  double limit = kInfinity;   ///< the minimum is not above this
  double least = kInfinity;   ///< the lowest that any centroid may reach
  double second = kInfinity;  ///< the lowest that any other may reach
  std::int32_t label = 0;     ///< whose `least` it is
};

__device__ inline void admit(Standing& standing, double least, double most, std::int32_t label) {
  standing.limit = most < standing.limit ? most : standing.limit;
  if (least < standing.least) {
    standing.second = standing.least;
    standing.least = least;
    standing.label = label;
  } else if (least < standing.second) {
    standing.second = least;
  }
}

__device__ inline void merge(Standing& own, const Standing& other) {
  own.limit = other.limit < own.limit ? other.limit : own.limit;
  if (other.least < own.least) {
    own.second = own.least < other.second ? own.least : other.second;
    own.least = other.least;
    own.label = other.label;
  } else {
    own.second = other.least < own.second ? other.least : own.second;
  }
}

/// How exact products are: |product - x.c| <= relative |x| |c| + n absolute (1 + |x| + |c|).
struct ProductError {
  double relative;
  double absolute;  ///< what one element's underflow may cost
};

/// How far a score may lie from both the real number and its evaluation in double, each of whose roundings is
/// below (n + 3) 2^-53 (|x| + |c|)^2; the CPU's bound, see src/compute/cpu_arrays_dense.cpp.
__device__ inline double error_of(const ProductError& products, int columns, double row_norm, double norm) {
  const auto n = static_cast<double>(columns);
  const double in_double = (n + 8.0) * 0x1.0p-51;
  const double underflow = 4.0 * n * products.absolute * (1.0 + row_norm + norm);
  return in_double * row_norm * row_norm + underflow +
         (2.0 * products.relative * row_norm + 2.0 * in_double * row_norm + in_double * norm) * norm;
}

/// Lets a row's standing see the product with one centroid.
__device__ inline void admit_product(const ProductError& error, int columns, double row_norm, float product,
                                     double squared_norm, std::int32_t centroid, Standing& standing) {
  if (!isfinite(product)) {  // the sum overflowed: it says nothing
    admit(standing, -kInfinity, kInfinity, centroid);
    return;
  }
  const double score = squared_norm - 2.0 * static_cast<double>(product);
  const double e = error_of(error, columns, row_norm, sqrt(squared_norm) * (1.0 + 1e-9));
  admit(standing, score - e, score + e, centroid);
}

/// Writes the label of a row that products decide, or adds it to those to look at again.
__device__ inline void conclude(const Standing& standing, std::int64_t row, std::int32_t* labels,
                                std::int32_t* close_rows, int* close_count) {
  const bool decided = standing.second > standing.limit;
  labels[row] = decided ? standing.label : -1;
  if (!decided) close_rows[atomicAdd(close_count, 1)] = static_cast<std::int32_t>(row);
}

}  // namespace shoal::dense
