// What products of rows and centroids say about the nearest one: |x - c|^2 - |x|^2 = |c|^2 - 2 x.c lies
// within a proven bound e of its evaluation. `limit` = min_j (score_j + e_j) is then an upper bound of the
// minimum, and the two least score_j - e_j tell whether one centroid alone reaches below it.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <limits>

#include "launch.cuh"
#include "standing.hpp"

namespace shoal::dense {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <class Number>
__device__ void admit(Standing<Number>& standing, Number least, Number most, std::int32_t label) {
  const bool lowest = least < standing.least;
  const Number of_others = lowest ? standing.least : least;
  standing.limit = most < standing.limit ? most : standing.limit;
  standing.second = of_others < standing.second ? of_others : standing.second;
  standing.label = lowest ? label : standing.label;
  standing.least = lowest ? least : standing.least;
}

template <class Number>
__device__ void merge(Standing<Number>& own, const Standing<Number>& other) {
  own.limit = other.limit < own.limit ? other.limit : own.limit;
  if (other.least < own.least) {
    own.second = own.least < other.second ? own.least : other.second;
    own.least = other.least;
    own.label = other.label;
  } else {
    own.second = other.least < own.second ? other.least : own.second;
  }
}

/// With the standing of the thread whose lane differs in these bits. All threads of the warp must call it.
template <class Number>
__device__ void merge_lanes(Standing<Number>& standing, int lanes) {
  merge(standing, {__shfl_xor_sync(kWholeWarp, standing.limit, lanes),
                   __shfl_xor_sync(kWholeWarp, standing.least, lanes),
                   __shfl_xor_sync(kWholeWarp, standing.second, lanes),
                   __shfl_xor_sync(kWholeWarp, standing.label, lanes)});
}

/// How exact products are: |product - x.c| <= relative |x| |c| + n absolute (1 + |x| + |c|).
struct ProductError {
  double relative;
  double absolute;  ///< what one element's underflow may cost
};

/// How far a score may lie from the real number: constant + by_norm |c| + by_square |c|^2, for one row.
template <class Number>
struct ErrorTerms {
  Number constant;
  Number by_norm;
  Number by_square;
};

/// From the real number and from its evaluation in double, each of whose roundings is below
/// (n + 3) 2^-53 (|x| + |c|)^2; the CPU's bound, see src/compute/cpu_arrays_dense.cpp. `rounding`: what else
/// may be lost, in (|x| + |c|)^2.
__device__ inline ErrorTerms<double> error_terms(const ProductError& products, int columns, double row_norm,
                                                 double rounding) {
  const auto n = static_cast<double>(columns);
  const double of_square = (n + 8.0) * 0x1.0p-51 + rounding;
  const double underflow = 4.0 * n * products.absolute;
  return {of_square * row_norm * row_norm + underflow * (1.0 + row_norm),
          2.0 * products.relative * row_norm + 2.0 * of_square * row_norm + underflow, of_square};
}

/// Lets a row's standing see the product with one centroid.
__device__ inline void admit_product(const ErrorTerms<double>& error, float product, double squared_norm,
                                     std::int32_t centroid, Standing<double>& standing) {
  if (!isfinite(product)) {  // the sum overflowed: it says nothing
    admit(standing, -kInfinity, kInfinity, centroid);
    return;
  }
  const double score = squared_norm - 2.0 * static_cast<double>(product);
  const double norm = sqrt(squared_norm) * (1.0 + 1e-9);
  const double e = error.constant + error.by_norm * norm + error.by_square * norm * norm;
  admit(standing, score - e, score + e, centroid);
}

/// Writes the label of a row that products decide, or adds it to those to look at again.
template <class Number>
__device__ void conclude(const Standing<Number>& standing, std::int64_t row, std::int32_t* labels,
                         std::int32_t* close_rows, int* close_count) {
  const bool decided = standing.second > standing.limit;
  labels[row] = decided ? standing.label : -1;
  if (!decided) close_rows[atomicAdd(close_count, 1)] = static_cast<std::int32_t>(row);
}

}  // namespace shoal::dense
