// Nearest centroids of dense rows. Labels and distances are those of evaluating |x - c|^2 in double as
// src/compute/exact_distance.hpp defines it, to the bit; products in float32 or bfloat16 only rule out what
// cannot be nearest (dense_scores.cuh).
#pragma once

#include <cuda_bf16.h>

#include <cstdint>

#include "standing.hpp"
#include "stream.hpp"

namespace shoal {

/// Of a row, both a hair too large, so that their own roundings cannot make a bound too small.
struct alignas(16) Lengths {
  double norm = 0.0;  ///< |x|
  double rest = 0.0;  ///< |x - x rounded to bfloat16|, where scores are in that
};

/// Rows on the device, and what round_rows made of them, if it was called already.
struct DeviceDense {
  const float* values = nullptr;  ///< (rows, columns)
  std::int64_t rows = 0;
  const __nv_bfloat16* coarse = nullptr;  ///< (rows, filled_up_columns(columns))
  const Lengths* lengths = nullptr;       ///< (rows)
};

/// Centroids on the device, in the forms that the kernels read.
struct DeviceCentroids {
  const double* values = nullptr;   ///< (k, columns)
  float* rounded = nullptr;         ///< (filled_up_columns(columns), filled_up_centroids(k)): transposed
  __nv_bfloat16* coarse = nullptr;  ///< the same in bfloat16
  double* squared_norms = nullptr;  ///< (k)
  double* rests = nullptr;          ///< (k): |c - c rounded to bfloat16|, a hair too large
  std::int64_t k = 0;
  std::int64_t columns = 0;
};
constexpr std::int64_t kCentroidStep = 64;
constexpr std::int64_t kColumnStep = 32;
/// Rows and columns of `rounded`, beyond k and columns filled with zeros.
std::int64_t filled_up_centroids(std::int64_t k);
std::int64_t filled_up_columns(std::int64_t columns);
/// Fills rounded, coarse and rests from values.
void round_centroids(const DeviceCentroids& centroids, Stream& stream);
/// Fills squared_norms from values.
void square_centroids(const DeviceCentroids& centroids, Stream& stream);

/// Rows rounded to bfloat16, zeros beyond the last column, and their lengths. coarse, lengths: as in
/// DeviceDense.
void round_rows(const float* values, std::int64_t rows, std::int64_t columns, __nv_bfloat16* coarse,
                Lengths* lengths, Stream& stream);

/// What nearest_dense writes and needs to work with, for `rows` rows. Device memory.
struct DenseAssignment {
  std::int32_t* labels = nullptr;       ///< (rows)
  double* squared_distances = nullptr;  ///< (rows)
  std::int32_t* close_rows = nullptr;   ///< (rows): those that products could not decide
  int* close_count = nullptr;           ///< (1)
  Lengths* lengths = nullptr;           ///< (rows), where the rows come without theirs
  // For scores in bfloat16 alone:
  __nv_bfloat16* coarse = nullptr;       ///< (rows, filled_up_columns(columns)), where they come without
  Standing<float>* standings = nullptr;  ///< (standings_of_a_row(k), rows)
};
std::int64_t standings_of_a_row(std::int64_t k);

/// What the products are made of. On tensor cores they are many times faster, but leave more rows to look at
/// again.
enum class DenseScores { fp32, bf16 };

/// With one centroid nothing but its values is read, and no room but for results is needed.
void nearest_dense(DeviceDense x, const DeviceCentroids& centroids, DenseScores scores,
                   const DenseAssignment& assignment, Stream& stream);
/// The definition, by one thread for each row: labels and squared_distances only.
void nearest_dense_naive(const DeviceDense& x, const DeviceCentroids& centroids,
                         const DenseAssignment& assignment, Stream& stream);

/// The first step of nearest_dense: labels of rows that products decide, -1 and an entry in close_rows for
/// the others. x comes with lengths, and for scores in bfloat16 with `coarse`.
void dense_scores_fp32(const DeviceDense& x, const DeviceCentroids& centroids,
                       const DenseAssignment& assignment, Stream& stream);
void dense_scores_bf16(const DeviceDense& x, const DeviceCentroids& centroids,
                       const DenseAssignment& assignment, Stream& stream);

}  // namespace shoal
