// Scores of dense k-means in float32: score[i,j] = |c_j|^2 - 2 x_i.c_j, which is |x_i - c_j|^2 less |x_i|^2.
// Where their errors (dense_scores.cuh) leave one centroid alone that may have the least score, it is the
// row's label; the other rows are close, and compared in double (nearest_dense.cu). The plain reference is
// the naive kernel there, the CPU's way src/compute/cpu_arrays_dense.cpp.
//
// Products are made tile by tile like those of matrices: a block takes 128 rows and goes over all centroids,
// 64 at a time, a thread 8 x 4 of them. Products of 256 columns are added up before they join the sum, which
// keeps the bound, and so the number of rows to look at again, small.
#include "dense_scores.cuh"
#include "elements.cuh"
#include "launch.cuh"
#include "nearest_dense.hpp"

namespace shoal {

namespace dense {

constexpr int kThreads = 256;
constexpr int kBlockRows = 128;
constexpr int kBlockCentroids = 64;
constexpr int kStep = 8;
constexpr int kChunk = 256;  // columns whose products are added up before they join the sum: a smaller error
constexpr int kOwnRows = 8;
constexpr int kOwnCentroids = 4;

/// The kernel fills in the pointers, which it is given one by one: so each launch can check them.
struct Problem {
  const float* x;  ///< (rows, columns)
  std::int64_t rows;
  const float* rounded;  ///< (filled-up columns, filled-up k)
  const double* squared_norms;
  const Lengths* lengths;
  int columns;
  int k;
  int wide_k;
  ProductError error;
};

struct Shared {
  float x[kStep][kBlockRows + 4];
  float c[kStep][kBlockCentroids];
};

using Products = float[kOwnRows][kOwnCentroids];

/// One step's operands: four columns of one row, two numbers of the transposed centroids.
__device__ inline void load(const Problem& problem, std::int64_t first_row, int first_centroid, int column,
                            Shared& shared) {
  const std::int64_t row = first_row + thread_number() / 2;
  for (int i = 0; i < 4; ++i) {
    const int own = thread_number() % 2 * 4 + i;
    const bool there = row < problem.rows && column + own < problem.columns;
    shared.x[own][thread_number() / 2] = there ? problem.x[row * problem.columns + column + own] : 0.0F;
  }
  const int own = thread_number() / 32;
  const int j = thread_number() % 32 * 2;
  const float* const c =
      problem.rounded + static_cast<std::int64_t>(column + own) * problem.wide_k + first_centroid + j;
  shared.c[own][j] = c[0];
  shared.c[own][j + 1] = c[1];
}

__device__ inline void multiply_add(const Shared& shared, Products& sums) {
#pragma unroll
  for (int i = 0; i < kStep; ++i) {
    const Eight x = load_eight(&shared.x[i][thread_number() / 16 * kOwnRows]);
    const float4 c = *reinterpret_cast<const float4*>(&shared.c[i][thread_number() % 16 * kOwnCentroids]);
#pragma unroll
    for (int r = 0; r < kOwnRows; ++r) {
      sums[r][0] = __fmaf_rn(x.v[r], c.x, sums[r][0]);
      sums[r][1] = __fmaf_rn(x.v[r], c.y, sums[r][1]);
      sums[r][2] = __fmaf_rn(x.v[r], c.z, sums[r][2]);
      sums[r][3] = __fmaf_rn(x.v[r], c.w, sums[r][3]);
    }
  }
}

/// Adds the chunk's products and begins the next.
__device__ inline void close_chunk(Products& chunk, Products& sums) {
#pragma unroll
  for (int r = 0; r < kOwnRows; ++r) {
#pragma unroll
    for (int j = 0; j < kOwnCentroids; ++j) {
      sums[r][j] += chunk[r][j];
      chunk[r][j] = 0.0F;
    }
  }
}

__device__ inline void multiply_block(const Problem& problem, std::int64_t first_row, int first_centroid,
                                      Shared& shared, Products& sums) {
  Products chunk = {};
  for (int column = 0; column < problem.columns; column += kStep) {
    load(problem, first_row, first_centroid, column, shared);
    __syncthreads();
    multiply_add(shared, chunk);
    __syncthreads();
    if ((column + kStep) % kChunk == 0) close_chunk(chunk, sums);
  }
  close_chunk(chunk, sums);
}

/// Lets the standing of one row see this thread's four centroids.
__device__ inline void admit_four(const Problem& problem, double row_norm, int first_centroid,
                                  const float (&products)[kOwnCentroids], Standing<double>& standing) {
  const ErrorTerms<double> error = error_terms(problem.error, problem.columns, row_norm, 0.0);
  for (int j = 0; j < kOwnCentroids; ++j) {
    const int centroid = first_centroid + thread_number() % 16 * kOwnCentroids + j;
    if (centroid >= problem.k) continue;
    admit_product(error, products[j], problem.squared_norms[centroid], centroid, standing);
  }
}

}  // namespace dense

/// x: (rows, columns). rounded: (filled_up_columns(columns), wide_k), centroids transposed. squared_norms:
/// (k). lengths, labels, close_rows: (rows); labels become -1 for close rows, whose numbers close_rows gets.
/// close_count: (1), zero before.
__global__ void __launch_bounds__(dense::kThreads)
    dense_scores_kernel(dense::Problem problem, const float* x, const float* rounded,
                        const double* squared_norms, const Lengths* lengths, std::int32_t* labels,
                        std::int32_t* close_rows, int* close_count) {
  using namespace dense;
  problem.x = x;
  problem.rounded = rounded;
  problem.squared_norms = squared_norms;
  problem.lengths = lengths;
  Shared* const shared = shared_memory<Shared>(1);
  const std::int64_t first_row = static_cast<std::int64_t>(blockIdx.x) * kBlockRows;
  const std::int64_t own_row = first_row + thread_number() / 16 * kOwnRows;
  Standing<double> standings[kOwnRows];
  for (int centroid = 0; centroid < problem.k; centroid += kBlockCentroids) {
    Products sums = {};
    multiply_block(problem, first_row, centroid, *shared, sums);
#pragma unroll
    for (int r = 0; r < kOwnRows; ++r) {
      if (own_row + r >= problem.rows) continue;
      admit_four(problem, lengths[own_row + r].norm, centroid, sums[r], standings[r]);
    }
  }
#pragma unroll
  for (int r = 0; r < kOwnRows; ++r) {
    for (int lanes = 8; lanes > 0; lanes /= 2) merge_lanes(standings[r], lanes);
    if (thread_number() % 16 != 0 || own_row + r >= problem.rows) continue;
    conclude(standings[r], own_row + r, labels, close_rows, close_count);
  }
}

/// (2) of dense_scores.cuh, m being kChunk roundings within a chunk, one for each chunk, and two for the
/// rounding of c and for what |c| of the rounded centroid is larger.
static dense::ProductError fp32_error(std::int64_t columns) {
  const std::int64_t chunks = (columns + dense::kChunk - 1) / dense::kChunk;
  const std::int64_t longest = columns < dense::kChunk ? columns : dense::kChunk;
  const double n = static_cast<double>(longest + 1 + chunks + 2) * dense::kUnitOfFloat;
  return {n < 0.5 ? n / (1.0 - n) : dense::kInfinity, 0x1.0p-149};
}

void dense_scores_fp32(const DeviceDense& x, const DeviceCentroids& centroids,
                       const DenseAssignment& assignment, Stream& stream) {
  dense::Problem problem{};
  problem.rows = x.rows;
  problem.columns = static_cast<int>(centroids.columns);
  problem.k = static_cast<int>(centroids.k);
  problem.wide_k = static_cast<int>(filled_up_centroids(centroids.k));
  problem.error = fp32_error(centroids.columns);
  launch(dense_scores_kernel, blocks_for(x.rows, dense::kBlockRows), dense::kThreads, sizeof(dense::Shared),
         stream, problem, x.values, centroids.rounded, centroids.squared_norms, x.lengths, assignment.labels,
         assignment.close_rows, assignment.close_count);
}

}  // namespace shoal
