// Nearest centroids of dense rows. Labels and distances are those of evaluating |x - c|^2 in double as
// src/compute/exact_distance.hpp defines it, to the bit; float32 products only rule out what cannot be
// nearest.
#pragma once

#include <cuda_bf16.h>

#include <cstdint>

#include "standing.hpp"
#include "stream.hpp"

namespace shoal {

/// Centroids on the device, in the forms that the kernels read.
struct DeviceCentroids {
  const double* values = nullptr;   ///< (k, columns)
  float* rounded = nullptr;         ///< (filled_up_columns(columns), filled_up_centroids(k)): transposed
  __nv_bfloat16* coarse = nullptr;  ///< the same in bfloat16
  double* squared_norms = nullptr;  ///< (k)
  std::int64_t k = 0;
  std::int64_t columns = 0;
};
constexpr std::int64_t kCentroidStep = 64;
constexpr std::int64_t kColumnStep = 32;
/// Rows and columns of `rounded`, beyond k and columns filled with zeros.
std::int64_t filled_up_centroids(std::int64_t k);
std::int64_t filled_up_columns(std::int64_t columns);
/// Fills rounded, coarse and squared_norms from values.
void prepare_centroids(const DeviceCentroids& centroids, Stream& stream);

/// What nearest_dense writes and needs to work with, for `rows` rows. Device memory.
struct DenseAssignment {
  std::int32_t* labels = nullptr;       ///< (rows)
  double* squared_distances = nullptr;  ///< (rows)
  double* row_norms = nullptr;          ///< (rows)
  std::int32_t* close_rows = nullptr;   ///< (rows): those that products could not decide
  int* close_count = nullptr;           ///< (1)
  // For scores in bfloat16 alone:
  __nv_bfloat16* coarse_rows = nullptr;  ///< (rows, filled_up_columns(columns))
  Standing<float>* standings = nullptr;  ///< (standings_of_a_row(k), rows)
};
std::int64_t standings_of_a_row(std::int64_t k);

/// What the products are made of. On tensor cores they are many times faster, but leave more rows to look at
/// again.
enum class DenseScores { fp32, bf16 };

/// x: (rows, columns) floats.
void nearest_dense(const float* x, std::int64_t rows, const DeviceCentroids& centroids, DenseScores scores,
                   const DenseAssignment& assignment, Stream& stream);
/// The definition, by one thread for each row: labels and squared_distances only.
void nearest_dense_naive(const float* x, std::int64_t rows, const DeviceCentroids& centroids,
                         const DenseAssignment& assignment, Stream& stream);

/// The first step of nearest_dense: labels of rows that products decide, -1 and an entry in close_rows for
/// the others. Those from bfloat16 find row_norms themselves.
void dense_scores_fp32(const float* x, std::int64_t rows, const DeviceCentroids& centroids,
                       const DenseAssignment& assignment, Stream& stream);
void dense_scores_bf16(const float* x, std::int64_t rows, const DeviceCentroids& centroids,
                       const DenseAssignment& assignment, Stream& stream);

}  // namespace shoal
