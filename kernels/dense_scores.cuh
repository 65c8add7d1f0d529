// What products of rows and centroids say about the nearest one. For a row x and a centroid c of n columns,
// let the score be s = |c|^2 - 2 p, p being what a kernel computed for x.c. It lies within e of
// |x - c|^2 - |x|^2, in real numbers as in its evaluation in double (exact_distance.cuh):
//
//   (1)  e = 2 |p - x.c| + (n + 8) 2^-51 (|x| + |c|)^2, as the roundings of |c|^2 and of that evaluation are
//        below (n + 3) 2^-53 (|x| + |c|)^2 each.
//   (2)  Products in float32: |p - x.c| <= m u / (1 - m u) |x| |c|, u = 2^-24, where no product meets more
//        than m roundings on its way into the sum. Higham, Accuracy and Stability of Numerical Algorithms,
//        section 3.1, and Cauchy-Schwarz.
//   (3)  Products of a row and a centroid that were rounded to bfloat16, x to a and c to b, r = |x - a| and
//        q = |c - b|: a.b - x.c = -x.(c - b) - (x - a).c + (x - a).(c - b), so that
//        |p - x.c| <= |p - a.b| + |x| q + r |c| + r q. Both r and q are computed; no more than 2^-8 |x| and
//        2^-8 |c|, they are some two fifths of that for ordinary numbers.
//   (4)  Tensor cores: |p - a.b| <= (n + 16) 4 u |a| |b|, which grants each addition four roundings. Products
//        of 8 by 8 bits are exact. How the sums are made NVIDIA does not say: this rests on measurements
//        (Fasi, Higham, Mikaitis, Pranesh: Numerical behavior of NVIDIA tensor cores, PeerJ Computer Science
//        7:e330, 2021), which found addends cut off below the last bit that float32 has beside the largest of
//        a block. At worst, in blocks of eight with no bit more, that takes five eighths of what is granted.
//   (5)  What underflows costs no more than `absolute` for each column.
//
// `limit` = min_j (s_j + e_j) is then not below the minimum, and the two least s_j - e_j tell whether one
// centroid alone reaches below it. The CPU does the same in src/compute/cpu_arrays_dense.cpp.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <limits>

#include "launch.cuh"
#include "standing.hpp"

namespace shoal::dense {

/// Half a unit in the last place of 1: float32 has 24 significant bits, bfloat16 has 8.
constexpr double kUnitOfFloat = 0x1.0p-24;
constexpr double kUnitOfBfloat16 = 0x1.0p-8;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A hair more than a length, so that the roundings of n <= 10^6 terms cannot make a bound too small.
__device__ inline double not_below(double length) { return length * (1.0 + 1e-9); }

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

/// (1) and (5), with products as exact as is said. `rounding`: what else may be lost, in (|x| + |c|)^2.
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
  const double norm = not_below(sqrt(squared_norm));
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
