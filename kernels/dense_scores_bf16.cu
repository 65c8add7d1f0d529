// Scores of dense k-means on tensor cores: rows and centroids rounded to bfloat16, products summed in
// float32. A block of eight warps takes 128 rows and goes over all centroids, 64 at a time, in steps of 32
// columns, a warp 32 x 32 of them. Products pass through shared memory, since nobody may know which lane of a
// fragment holds which; there two threads share a row, and keep its standing in registers from one group of
// centroids to the next.
#include <mma.h>

#include "dense_scores.cuh"
#include "elements.cuh"
#include "launch.cuh"
#include "nearest_dense.hpp"

namespace shoal {

namespace wmma = nvcuda::wmma;
using Bf16 = __nv_bfloat16;

namespace coarse {

constexpr int kThreads = 256;
constexpr int kBlockRows = 128;
constexpr int kBlockCentroids = 64;
constexpr int kStep = 32;
constexpr int kFragment = 16;
constexpr int kRowX = kStep + 8;  // eight more than needed: a fragment's rows then begin in different banks
constexpr int kRowC = kBlockCentroids + 8;
constexpr int kRowProducts = kBlockCentroids + 4;

struct Operands {
  alignas(32) Bf16 x[kBlockRows * kRowX];
  alignas(32) Bf16 c[kStep * kRowC];
};
union Shared {
  Operands operands;
  alignas(32) float products[kBlockRows * kRowProducts];
};

using FragmentX = wmma::fragment<wmma::matrix_a, 16, 16, 16, Bf16, wmma::row_major>;
using FragmentC = wmma::fragment<wmma::matrix_b, 16, 16, 16, Bf16, wmma::row_major>;
using Products = wmma::fragment<wmma::accumulator, 16, 16, 16, float>;

struct Problem {
  std::int64_t rows;
  int columns;
  int k;
  int wide_k;
  dense::ProductError error;
};

/// Each thread brings 16 columns of one row, rounded here, and eight centroids of one column.
__device__ inline void load(const float* x, const Bf16* c, const Problem& problem, int first_centroid,
                            int column, Operands& to) {
  const int row = thread_number() / 2;
  const std::int64_t number = static_cast<std::int64_t>(blockIdx.x) * kBlockRows + row;
  for (int i = 0; i < 16; ++i) {
    const int own = thread_number() % 2 * 16 + i;
    const bool there = number < problem.rows && column + own < problem.columns;
    to.x[row * kRowX + own] = __float2bfloat16_rn(there ? x[number * problem.columns + column + own] : 0.0F);
  }
  const int own = thread_number() / 8;
  const int j = thread_number() % 8 * 8;
  *reinterpret_cast<EightBf16*>(to.c + own * kRowC + j) = *reinterpret_cast<const EightBf16*>(
      c + static_cast<std::int64_t>(column + own) * problem.wide_k + first_centroid + j);
}

/// Warps lie 4 down the rows, 2 across the centroids.
__device__ inline int warp_row() { return warp_number() / 2 * 32; }
__device__ inline int warp_centroid() { return warp_number() % 2 * 32; }

__device__ inline void multiply_add(const Operands& operands, Products (&products)[2][2]) {
#pragma unroll
  for (int step = 0; step < kStep; step += kFragment) {
    FragmentX x[2];
    FragmentC c[2];
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      wmma::load_matrix_sync(x[i], operands.x + (warp_row() + i * kFragment) * kRowX + step, kRowX);
      wmma::load_matrix_sync(c[i], operands.c + step * kRowC + warp_centroid() + i * kFragment, kRowC);
    }
#pragma unroll
    for (int i = 0; i < 2; ++i) {
#pragma unroll
      for (int j = 0; j < 2; ++j) wmma::mma_sync(products[i][j], x[i], c[j], products[i][j]);
    }
  }
}

/// Leaves the products of the block's rows with 64 centroids in shared memory.
__device__ inline void multiply_block(const float* x, const Bf16* c, const Problem& problem,
                                      int first_centroid, Shared& shared) {
  Products products[2][2];
  for (auto& row : products) {
    for (auto& fragment : row) wmma::fill_fragment(fragment, 0.0F);
  }
  for (int column = 0; column < problem.columns; column += kStep) {
    load(x, c, problem, first_centroid, column, shared.operands);
    __syncthreads();
    multiply_add(shared.operands, products);
    __syncthreads();
  }
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) {
      float* const corner =
          shared.products + (warp_row() + i * kFragment) * kRowProducts + warp_centroid() + j * kFragment;
      wmma::store_matrix_sync(corner, products[i][j], kRowProducts, wmma::mem_row_major);
    }
  }
  __syncthreads();
}

}  // namespace coarse

__global__ void __launch_bounds__(coarse::kThreads)
    dense_scores_bf16_kernel(coarse::Problem problem, const float* x, const Bf16* c,
                             const double* squared_norms, const double* row_norms, std::int32_t* labels,
                             std::int32_t* close_rows, int* close_count) {
  using namespace coarse;
  Shared* const shared = shared_memory<Shared>(1);
  const int row = thread_number() / 2;
  const std::int64_t number = static_cast<std::int64_t>(blockIdx.x) * kBlockRows + row;
  const bool there = number < problem.rows;
  const double row_norm = there ? row_norms[number] : 0.0;
  dense::Standing standing;
  for (int first = 0; first < problem.k; first += kBlockCentroids) {
    multiply_block(x, c, problem, first, *shared);
    for (int j = thread_number() % 2; there && j < kBlockCentroids && first + j < problem.k; j += 2) {
      dense::admit_product(problem.error, problem.columns, row_norm, shared->products[row * kRowProducts + j],
                           squared_norms[first + j], first + j, standing);
    }
    __syncthreads();
  }
  dense::merge(
      standing,
      {__shfl_xor_sync(kWholeWarp, standing.limit, 1), __shfl_xor_sync(kWholeWarp, standing.least, 1),
       __shfl_xor_sync(kWholeWarp, standing.second, 1), __shfl_xor_sync(kWholeWarp, standing.label, 1)});
  if (there && thread_number() % 2 == 0) dense::conclude(standing, number, labels, close_rows, close_count);
}

/// Rounding both operands to eight bits costs 2^-9 each, and their product; the sums of tensor cores may cut
/// off where float32 rounds, and in another order, so each of n additions is granted four times float32's
/// unit. The least bfloat16 is 2^-133.
static dense::ProductError bf16_error(std::int64_t columns) {
  constexpr double kRounding = 0x1.0p-8 + 0x1.0p-16;
  return {(kRounding + static_cast<double>(columns + 16) * 0x1.0p-22) * (1.0 + 0x1.0p-7), 0x1.0p-133};
}

void dense_scores_bf16(const float* x, std::int64_t rows, const DeviceCentroids& centroids,
                       const DenseAssignment& assignment, Stream& stream) {
  const coarse::Problem problem{rows, static_cast<int>(centroids.columns), static_cast<int>(centroids.k),
                                static_cast<int>(filled_up_centroids(centroids.k)),
                                bf16_error(centroids.columns)};
  launch(dense_scores_bf16_kernel, blocks_for(rows, coarse::kBlockRows), coarse::kThreads,
         sizeof(coarse::Shared), stream, problem, x, centroids.coarse, centroids.squared_norms,
         assignment.row_norms, assignment.labels, assignment.close_rows, assignment.close_count);
}

}  // namespace shoal
