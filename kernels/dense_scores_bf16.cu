// Scores of dense k-means on tensor cores: score[i,j] = |c_j|^2 - 2 x_i.c_j with the product taken of x_i and
// c_j rounded to bfloat16. What scores decide, and the plain reference, are those of dense_scores_fp32.cu.
//
// There are three kernels. The first rounds rows to bfloat16, once, and finds their lengths on the way, and
// those of what it cut off. In the second, which takes nearly all the time, a block multiplies a tile of rows
// with a tile of centroids (tensor_tile.cuh); blocks with other centroids for the same rows follow each
// other, and so find these in the L2 cache. What is left of the products are the rows' standings among 32 or
// 64 centroids, which the third merges.
//
// Standings are in float32 here: bfloat16's error is thousands of times larger than what float32 rounds away,
// so that this can be added to it, and few GPUs are quick in double.
#include "dense_scores.cuh"
#include "elements.cuh"
#include "launch.cuh"
#include "nearest_dense.hpp"
#include "tensor_tile.cuh"

namespace shoal {

namespace coarse {

using tensor::Bf16;

/// For so few centroids that the other would be half empty.
using NarrowTile = tensor::Tile<128, 64, 64, 32, 32, 4, 3>;
using WideTile = tensor::Tile<256, 128, 64, 64, 32, 3, 1>;

constexpr int kThreads = 256;

struct Problem {
  std::int64_t rows;
  int columns;
  int wide_columns;
  int k;
  int wide_k;
  dense::ProductError error;
};

/// A tile's operands and sums, and what scores need to know of its centroids.
template <class T>
struct Shared {
  typename T::Shared tile;
  alignas(16) float squared_norms[tensor::sized(T::kColumns)];
  alignas(16) float norms[tensor::sized(T::kColumns)];
  alignas(16) float rests[tensor::sized(T::kColumns)];
};

template <class T>
__device__ void load_lengths(const double* squared_norms, const double* rests, int first_centroid, int k,
                             Shared<T>& shared) {
  for (int j = thread_number(); j < T::kColumns; j += T::kThreads) {
    const bool there = first_centroid + j < k;
    const double squared = there ? squared_norms[first_centroid + j] : 0.0;
    shared.squared_norms[j] = static_cast<float>(squared);
    shared.norms[j] = static_cast<float>(dense::not_below(sqrt(squared)));
    shared.rests[j] = there ? static_cast<float>(rests[first_centroid + j]) : 0.0F;
  }
}

/// How far a row's scores may lie from the real numbers: by_rest q beside the other terms.
struct ErrorTerms {
  dense::ErrorTerms<float> of_products;
  float by_rest;
};

/// (1) to (5) of dense_scores.cuh for scores and bounds that are evaluated in float32. Rounding |c|^2, the
/// score and score -+ e costs at most u (3 |c|^2 + 4 |p| + e), which is less than 2^-22 (|x| + |c|)^2 + 3 u
/// e; rounding the terms and lengths and evaluating e costs 6 u e, as all of it is positive. 2^-20 e is more
/// than both. Numbers too small for float32 vanish in ProductError::absolute.
__device__ inline ErrorTerms error_terms(const Problem& problem, const Lengths& row) {
  constexpr double kMore = 1.0 + 0x1.0p-20;
  const auto terms = dense::error_terms(problem.error, problem.columns, row.norm, 0x1.0p-22);
  return {{static_cast<float>(terms.constant * kMore),
           static_cast<float>((terms.by_norm + 2.0 * row.rest) * kMore),
           static_cast<float>(terms.by_square * kMore)},
          static_cast<float>(2.0 * (row.norm + row.rest) * kMore)};
}

/// What scores need to know of a centroid.
struct CentroidLengths {
  float squared_norm;
  float norm;
  float rest;
};

/// Lets a row's standing see the product with one centroid, if there is such a one.
__device__ inline void admit_product(const ErrorTerms& error, float product, const CentroidLengths& c,
                                     std::int32_t centroid, bool there, Standing<float>& standing) {
  constexpr float kInfinity = Standing<float>::kInfinity;
  const float score = __fmaf_rn(-2.0F, product, c.squared_norm);
  const dense::ErrorTerms<float>& terms = error.of_products;
  const float of_rounding = __fmaf_rn(error.by_rest, c.rest, terms.constant);
  const float e = __fmaf_rn(terms.by_square, c.squared_norm, __fmaf_rn(terms.by_norm, c.norm, of_rounding));
  const bool known = isfinite(score) && isfinite(e);  // what overflowed says nothing
  const float least = known ? score - e : -kInfinity;
  const float most = known ? score + e : kInfinity;
  dense::admit(standing, there ? least : kInfinity, there ? most : kInfinity, centroid);
}

/// Two threads share a row and take four centroids each in turn. columns: the warp's first in the tile.
template <class T>
__device__ Standing<float> stand(const ErrorTerms& error, const float* products, const Shared<T>& shared,
                                 int columns, int first_centroid, int k) {
  Standing<float> standing;
#pragma unroll
  for (int j = lane_number() % 2 * 4; j < T::kWarpColumns; j += 8) {
    const float4 product = *reinterpret_cast<const float4*>(products + j);
    const float4 square = *reinterpret_cast<const float4*>(shared.squared_norms + columns + j);
    const float4 norm = *reinterpret_cast<const float4*>(shared.norms + columns + j);
    const float4 rest = *reinterpret_cast<const float4*>(shared.rests + columns + j);
    const int at = first_centroid + columns + j;
    admit_product(error, product.x, {square.x, norm.x, rest.x}, at, at < k, standing);
    admit_product(error, product.y, {square.y, norm.y, rest.y}, at + 1, at + 1 < k, standing);
    admit_product(error, product.z, {square.z, norm.z, rest.z}, at + 2, at + 2 < k, standing);
    admit_product(error, product.w, {square.w, norm.w, rest.w}, at + 3, at + 3 < k, standing);
  }
  dense::merge_lanes(standing, 1);
  return standing;
}

}  // namespace coarse

/// A warp a row. x: (rows, columns). rounded: (rows, wide_columns), zeros beyond the last column. lengths:
/// (rows).
__global__ void round_rows_kernel(const float* x, std::int64_t rows, int columns, int wide_columns,
                                  __nv_bfloat16* rounded, Lengths* lengths) {
  const std::int64_t row = grid_thread() / kWarp;
  if (row >= rows) return;
  const float* const own = x + row * columns;
  double squared = 0.0;
  double squared_rest = 0.0;
  for (int column = lane_number() * tensor::kVector; column < wide_columns;
       column += kWarp * tensor::kVector) {
    Eight values{};
    if (columns % 4 == 0 && column + tensor::kVector <= columns) {
      values = load_eight(own + column);
    } else {
      for (int i = 0; i < tensor::kVector; ++i) values.v[i] = column + i < columns ? own[column + i] : 0.0F;
    }
    for (int i = 0; i < tensor::kVector; ++i) {
      const auto value = static_cast<double>(values.v[i]);
      const double rest = value - static_cast<double>(to_float(__float2bfloat16_rn(values.v[i])));
      squared += value * value;
      squared_rest += rest * rest;
    }
    store_eight(rounded + row * wide_columns + column, values);
  }
  for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
    squared += __shfl_xor_sync(kWholeWarp, squared, lanes);
    squared_rest += __shfl_xor_sync(kWholeWarp, squared_rest, lanes);
  }
  if (lane_number() == 0)
    lengths[row] = {dense::not_below(sqrt(squared)), dense::not_below(sqrt(squared_rest))};
}

/// x: (rows, wide_columns). c: (wide_columns, wide_k), centroids transposed. squared_norms, rests: (k).
/// lengths: (rows). standings: (wide_k / T::kWarpColumns, rows)
template <class T>
__global__ void __launch_bounds__(T::kThreads, T::kBlocks)
    dense_scores_bf16_kernel(coarse::Problem problem, const __nv_bfloat16* x, const __nv_bfloat16* c,
                             const double* squared_norms, const double* rests, const Lengths* lengths,
                             Standing<float>* standings) {
  auto& shared = *shared_memory<coarse::Shared<T>>(1);
  const int across = (problem.wide_k + T::kColumns - 1) / T::kColumns;
  const int block = static_cast<int>(blockIdx.x);
  const std::int64_t first_row = static_cast<std::int64_t>(block / across) * T::kRows;
  const int first_centroid = block % across * T::kColumns;
  coarse::load_lengths<T>(squared_norms, rests, first_centroid, problem.k, shared);
  tensor::CopiesOfX<T> rows(x, problem.rows, problem.wide_columns, first_row);
  tensor::CopiesOfW<T> centroids(c, problem.wide_k, first_centroid);
  int k = 0;
  const auto copy = [&](typename T::Stage& stage) {
    rows.copy(k, stage);
    centroids.copy(k, problem.wide_columns - k, stage);
    k += T::kStep;
  };
  typename T::Sums products;
  tensor::multiply<T>((problem.wide_columns + T::kStep - 1) / T::kStep, shared.tile, copy, products);
  const int group = (first_centroid + T::warp_column()) / T::kWarpColumns;
  tensor::drain<T>(products, shared.tile, [&](int first, const float* of_rows) {
    const int own = lane_number() / 2;
    const std::int64_t row = first_row + first + own;
    const Lengths of_row = row < problem.rows ? lengths[row] : Lengths{};
    const Standing<float> standing =
        coarse::stand<T>(coarse::error_terms(problem, of_row), of_rows + own * T::kRowSums, shared,
                         T::warp_column(), first_centroid, problem.k);
    const bool there = row < problem.rows && group * T::kWarpColumns < problem.wide_k;
    if (there && lane_number() % 2 == 0) standings[group * problem.rows + row] = standing;
  });
}

/// standings: (groups, rows). labels, close_rows: (rows), as in dense_scores_fp32.cu. close_count: (1), zero
/// before.
__global__ void merge_standings_kernel(const Standing<float>* standings, int groups, std::int64_t rows,
                                       std::int32_t* labels, std::int32_t* close_rows, int* close_count) {
  const std::int64_t row = grid_thread();
  if (row >= rows) return;
  Standing<float> standing;
  for (int group = 0; group < groups; ++group) dense::merge(standing, standings[group * rows + row]);
  dense::conclude(standing, row, labels, close_rows, close_count);
}

/// (4) of dense_scores.cuh, with |a| <= (1 + 2^-8) |x|, and b likewise. What underflows costs less than
/// 2^-120, far above the least numbers of both formats.
static dense::ProductError bf16_error(std::int64_t columns) {
  constexpr double kLonger = (1.0 + dense::kUnitOfBfloat16) * (1.0 + dense::kUnitOfBfloat16);
  return {static_cast<double>(columns + 16) * 4.0 * dense::kUnitOfFloat * kLonger, 0x1.0p-120};
}

template <class T>
static void scores_by(const coarse::Problem& problem, const DeviceDense& x, const DeviceCentroids& centroids,
                      const DenseAssignment& assignment, Stream& stream) {
  static_assert(kColumnStep % tensor::kVector == 0 && kCentroidStep % T::kWarpColumns == 0);
  const int groups = problem.wide_k / T::kWarpColumns;
  const unsigned blocks = blocks_for(problem.rows, T::kRows) * blocks_for(problem.wide_k, T::kColumns);
  launch(dense_scores_bf16_kernel<T>, blocks, T::kThreads, sizeof(coarse::Shared<T>), stream, problem,
         x.coarse, centroids.coarse, centroids.squared_norms, centroids.rests, x.lengths,
         assignment.standings);
  launch(merge_standings_kernel, blocks_for(problem.rows, coarse::kThreads), coarse::kThreads, 0, stream,
         assignment.standings, groups, problem.rows, assignment.labels, assignment.close_rows,
         assignment.close_count);
}

std::int64_t standings_of_a_row(std::int64_t k) {
  return filled_up_centroids(k) / (k <= coarse::NarrowTile::kColumns ? coarse::NarrowTile::kWarpColumns
                                                                     : coarse::WideTile::kWarpColumns);
}

void round_rows(const float* values, std::int64_t rows, std::int64_t columns, __nv_bfloat16* rounded,
                Lengths* lengths, Stream& stream) {
  if (rows == 0) return;
  launch(round_rows_kernel, blocks_for(rows * kWarp, coarse::kThreads), coarse::kThreads, 0, stream, values,
         rows, static_cast<int>(columns), static_cast<int>(filled_up_columns(columns)), rounded, lengths);
}

void dense_scores_bf16(const DeviceDense& x, const DeviceCentroids& centroids,
                       const DenseAssignment& assignment, Stream& stream) {
  const coarse::Problem problem{x.rows,
                                static_cast<int>(centroids.columns),
                                static_cast<int>(filled_up_columns(centroids.columns)),
                                static_cast<int>(centroids.k),
                                static_cast<int>(filled_up_centroids(centroids.k)),
                                bf16_error(centroids.columns)};
  centroids.k <= coarse::NarrowTile::kColumns
      ? scores_by<coarse::NarrowTile>(problem, x, centroids, assignment, stream)
      : scores_by<coarse::WideTile>(problem, x, centroids, assignment, stream);
}

}  // namespace shoal
