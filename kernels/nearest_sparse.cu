// Sparse k-means assignment: label[i] = argmin_j max(|x_i|^2 - 2 x_i.c_j + |c_j|^2, 0), ties to the lowest j.
// The reference is CpuArrays::nearest_centroid (src/compute/cpu_arrays_sparse.cpp). Centroids lie transposed,
// so that the threads of a block, each with centroids of its own, read consecutive numbers for every entry of
// the row. Every thread adds up all entries in their order: no bit depends on who computes.
#include <limits>

#include "launch.cuh"
#include "nearest_sparse.hpp"
#include "sparse_distance.cuh"

namespace shoal {

namespace sparse {

constexpr int kThreads = 128;
/// Below it most threads of a row's block would have no centroid, and one thread for a row is faster.
constexpr std::int64_t kCentroidsForABlock = 16;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Nearest {
  double distance;
  int label;
};

__device__ inline Nearest nearer(const Nearest& a, const Nearest& b) {
  const bool tie = b.distance == a.distance && b.label < a.label;
  return b.distance < a.distance || tie ? b : a;
}

/// The nearest of those that a thread looks at: j, j + step, ...
__device__ inline Nearest nearest_from(const Row& row, const double* transposed, const double* squared_norms,
                                       int k, int j, int step) {
  Nearest nearest{kInfinity, k};
  const double norm = squared_norm(row);
  for (; j < k; j += step)
    nearest = nearer(nearest, {distance_to(row, norm, transposed, k, squared_norms[j], j), j});
  return nearest;
}

}  // namespace sparse

// ---- Naive, but the faster one for few centroids: one thread for each row.

/// offsets: (rows + 1). indices, values: (entries). transposed: (columns, k). squared_norms: (k). labels,
/// squared_distances: (rows).
__global__ void nearest_sparse_naive_kernel(const std::int64_t* offsets, const std::int32_t* indices,
                                            const float* values, std::int64_t rows, const double* transposed,
                                            const double* squared_norms, int k, std::int32_t* labels,
                                            double* squared_distances) {
  const std::int64_t i = grid_thread();
  if (i >= rows) return;
  const auto row = sparse::row_of(offsets, indices, values, i);
  const auto nearest = sparse::nearest_from(row, transposed, squared_norms, k, 0, 1);
  labels[i] = nearest.label;
  squared_distances[i] = nearest.distance;
}

// ---- Fast: one block for each row, one thread for every 128th centroid.

/// As for the naive kernel.
__global__ void nearest_sparse_kernel(const std::int64_t* offsets, const std::int32_t* indices,
                                      const float* values, const double* transposed,
                                      const double* squared_norms, int k, std::int32_t* labels,
                                      double* squared_distances) {
  using namespace sparse;
  Nearest* const of_warps = shared_memory<Nearest>(kThreads / kWarp);
  const std::int64_t i = blockIdx.x;
  Nearest nearest = nearest_from(row_of(offsets, indices, values, i), transposed, squared_norms, k,
                                 thread_number(), kThreads);
  for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
    nearest = nearer(nearest, {__shfl_xor_sync(kWholeWarp, nearest.distance, lanes),
                               __shfl_xor_sync(kWholeWarp, nearest.label, lanes)});
  }
  if (lane_number() == 0) of_warps[warp_number()] = nearest;
  __syncthreads();
  if (thread_number() != 0) return;
  for (int warp = 1; warp < kThreads / kWarp; ++warp) nearest = nearer(nearest, of_warps[warp]);
  labels[i] = nearest.label;
  squared_distances[i] = nearest.distance;
}

// ---- Transposition through a tile of shared memory, so that reads and writes both run along rows.

constexpr int kTransposeSide = 32;
constexpr int kTransposeRows = 8;

/// from: (k, columns). to: (columns, k).
__global__ void transpose_kernel(const double* from, std::int64_t k, std::int64_t columns, double* to) {
  double* const tile =
      shared_memory<double>(kTransposeSide * (kTransposeSide + 1));  // + 1: other banks by row
  const int x = static_cast<int>(threadIdx.x);
  const std::int64_t first_column = static_cast<std::int64_t>(blockIdx.x) * kTransposeSide;
  const std::int64_t first_row = static_cast<std::int64_t>(blockIdx.y) * kTransposeSide;
  for (int y = static_cast<int>(threadIdx.y); y < kTransposeSide; y += kTransposeRows) {
    if (first_row + y < k && first_column + x < columns) {
      tile[y * (kTransposeSide + 1) + x] = from[(first_row + y) * columns + first_column + x];
    }
  }
  __syncthreads();
  for (int y = static_cast<int>(threadIdx.y); y < kTransposeSide; y += kTransposeRows) {
    if (first_column + y < columns && first_row + x < k) {
      to[(first_column + y) * k + first_row + x] = tile[x * (kTransposeSide + 1) + y];
    }
  }
}

// ---- Launchers

void transpose_centroids(const double* values, std::int64_t k, std::int64_t columns, double* to,
                         Stream& stream) {
  if (k * columns == 0) return;
  const dim3 grid(blocks_for(columns, kTransposeSide), blocks_for(k, kTransposeSide));
  launch(transpose_kernel, grid, dim3(kTransposeSide, kTransposeRows),
         kTransposeSide * (kTransposeSide + 1) * sizeof(double), stream, values, k, columns, to);
}

void nearest_sparse(const DeviceCsr& rows, const double* transposed, const double* squared_norms,
                    std::int64_t k, std::int32_t* labels, double* squared_distances, Stream& stream) {
  if (rows.rows == 0) return;
  if (k < sparse::kCentroidsForABlock) {
    return nearest_sparse_naive(rows, transposed, squared_norms, k, labels, squared_distances, stream);
  }
  launch(nearest_sparse_kernel, static_cast<unsigned>(rows.rows), sparse::kThreads,
         sparse::kThreads / kWarp * sizeof(sparse::Nearest), stream, rows.offsets, rows.indices, rows.values,
         transposed, squared_norms, static_cast<int>(k), labels, squared_distances);
}

void nearest_sparse_naive(const DeviceCsr& rows, const double* transposed, const double* squared_norms,
                          std::int64_t k, std::int32_t* labels, double* squared_distances, Stream& stream) {
  if (rows.rows == 0) return;
  launch(nearest_sparse_naive_kernel, blocks_for(rows.rows, sparse::kThreads), sparse::kThreads, 0, stream,
         rows.offsets, rows.indices, rows.values, rows.rows, transposed, squared_norms, static_cast<int>(k),
         labels, squared_distances);
}

}  // namespace shoal
