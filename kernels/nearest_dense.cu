// Dense k-means assignment: label[i] = argmin_j |x_i - c_j|^2, ties to the lowest j. The reference is
// CpuArrays::nearest_centroid (src/compute/cpu_arrays_dense.cpp).
//
// In three kernels. The first (dense_scores_*.cu) multiplies rows and centroids as fast as it can and finds
// the label of every row whose nearest centroid rounding cannot hide. The second computes the exact distance
// of those rows, the third compares all centroids of the others in double. Labels and distances are the same
// whichever products are used.
#include "buffers.hpp"
#include "dense_scores.cuh"
#include "elements.cuh"
#include "exact_distance.cuh"
#include "image_shape.hpp"
#include "launch.cuh"
#include "nearest_dense.hpp"

#include <limits>

namespace shoal {

constexpr int kNearestThreads = 256;
constexpr double kFarthest = std::numeric_limits<double>::infinity();

// ---- Exact distances, eight threads for each

/// x: (rows, columns). lengths: (rows).
__global__ void row_norms_kernel(const float* x, std::int64_t rows, std::int64_t columns, Lengths* lengths) {
  const std::int64_t row = grid_thread() / kDistanceLanes;
  const double squared = add_lanes(row < rows ? norm_lane(x + row * columns, columns) : 0.0);
  if (row < rows && thread_number() % kDistanceLanes == 0)
    lengths[row] = {dense::not_below(sqrt(squared)), 0.0};
}

/// x: (rows, columns). centroids: (k, columns). labels: (rows), -1 where the products did not decide.
/// distances: (rows), written where they did.
__global__ void decided_distances_kernel(const float* x, std::int64_t rows, std::int64_t columns,
                                         const double* centroids, const std::int32_t* labels,
                                         double* distances) {
  const std::int64_t row = grid_thread() / kDistanceLanes;
  const bool decided = row < rows && labels[row] >= 0;
  const double lane =
      decided ? distance_lane(x + row * columns, centroids + labels[row] * columns, columns) : 0.0;
  const double distance = add_lanes(lane);
  if (decided && thread_number() % kDistanceLanes == 0) distances[row] = distance;
}

struct Nearest {
  double distance;
  std::int32_t label;
};

/// All centroids for each close row, a block a row: 32 groups of eight threads take every 32nd centroid. x:
/// (rows, columns). centroids: (k, columns). close_rows: (*close_count), numbers of rows. labels, distances:
/// (rows), written for those.
__global__ void close_rows_kernel(const float* x, std::int64_t columns, const double* centroids, int k,
                                  const std::int32_t* close_rows, const int* close_count,
                                  std::int32_t* labels, double* distances) {
  constexpr int kGroups = kNearestThreads / kDistanceLanes;
  Nearest* const of_groups = shared_memory<Nearest>(kGroups);
  const int group = thread_number() / kDistanceLanes;
  for (int i = static_cast<int>(blockIdx.x); i < *close_count; i += static_cast<int>(gridDim.x)) {
    const std::int64_t row = close_rows[i];
    Nearest nearest{kFarthest, 0};
    for (int first = 0; first < k; first += kGroups) {
      const int j = first + group;
      const double* const c = centroids + static_cast<std::int64_t>(j) * columns;
      const double distance = add_lanes(j < k ? distance_lane(x + row * columns, c, columns) : 0.0);
      if (j < k && distance < nearest.distance) nearest = {distance, j};
    }
    if (thread_number() % kDistanceLanes == 0) of_groups[group] = nearest;
    __syncthreads();
    if (thread_number() == 0) {
      for (int other = 1; other < kGroups; ++other) {
        const Nearest& that = of_groups[other];
        const bool tie = that.distance == nearest.distance && that.label < nearest.label;
        if (that.distance < nearest.distance || tie) nearest = that;
      }
      labels[row] = nearest.label;
      distances[row] = nearest.distance;
    }
    __syncthreads();
  }
}

/// The definition, one thread a row. x: (rows, columns). centroids: (k, columns). labels, distances: (rows).
__global__ void nearest_dense_naive_kernel(const float* x, std::int64_t rows, std::int64_t columns,
                                           const double* centroids, int k, std::int32_t* labels,
                                           double* distances) {
  const std::int64_t row = grid_thread();
  if (row >= rows) return;
  Nearest nearest{kFarthest, 0};
  for (int j = 0; j < k; ++j) {
    const double distance = whole_distance(x + row * columns, centroids + j * columns, columns);
    if (distance < nearest.distance) nearest = {distance, j};
  }
  labels[row] = nearest.label;
  distances[row] = nearest.distance;
}

/// values: (k, columns). rounded, coarse: (filled-up columns, wide_k), `elements` in all.
__global__ void round_centroids_kernel(const double* values, std::int64_t elements, std::int64_t columns,
                                       std::int64_t k, std::int64_t wide_k, float* rounded,
                                       __nv_bfloat16* coarse) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const std::int64_t column = at / wide_k;
  const std::int64_t j = at % wide_k;
  const double value = column < columns && j < k ? values[j * columns + column] : 0.0;
  rounded[at] = static_cast<float>(value);
  coarse[at] = __float2bfloat16_rn(static_cast<float>(value));
}

/// values: (k, columns). norms: (k).
__global__ void squared_norms_kernel(const double* values, std::int64_t k, std::int64_t columns,
                                     double* norms) {
  const std::int64_t j = grid_thread() / kDistanceLanes;
  const double squared = add_lanes(j < k ? norm_lane(values + j * columns, columns) : 0.0);
  if (j < k && thread_number() % kDistanceLanes == 0) norms[j] = squared;
}

/// |c - c rounded to bfloat16|. values: (k, columns). rests: (k).
__global__ void centroid_rests_kernel(const double* values, std::int64_t k, std::int64_t columns,
                                      double* rests) {
  const std::int64_t j = grid_thread() / kDistanceLanes;
  double lane = 0.0;
  if (j < k) {
    for (std::int64_t i = thread_number() % kDistanceLanes; i < columns; i += kDistanceLanes) {
      const double value = values[j * columns + i];
      const double rest =
          value - static_cast<double>(to_float(__float2bfloat16_rn(static_cast<float>(value))));
      lane += rest * rest;
    }
  }
  const double squared = add_lanes(lane);
  if (j < k && thread_number() % kDistanceLanes == 0) rests[j] = dense::not_below(sqrt(squared));
}

// ---- Launchers

std::int64_t filled_up_centroids(std::int64_t k) { return filled_up(k, kCentroidStep); }
std::int64_t filled_up_columns(std::int64_t columns) { return filled_up(columns, kColumnStep); }

void round_centroids(const DeviceCentroids& centroids, Stream& stream) {
  const std::int64_t wide_k = filled_up_centroids(centroids.k);
  const std::int64_t elements = wide_k * filled_up_columns(centroids.columns);
  launch(round_centroids_kernel, blocks_for(elements, kNearestThreads), kNearestThreads, 0, stream,
         centroids.values, elements, centroids.columns, centroids.k, wide_k, centroids.rounded,
         centroids.coarse);
  launch(centroid_rests_kernel, blocks_for(centroids.k * kDistanceLanes, kNearestThreads), kNearestThreads, 0,
         stream, centroids.values, centroids.k, centroids.columns, centroids.rests);
}

void square_centroids(const DeviceCentroids& centroids, Stream& stream) {
  launch(squared_norms_kernel, blocks_for(centroids.k * kDistanceLanes, kNearestThreads), kNearestThreads, 0,
         stream, centroids.values, centroids.k, centroids.columns, centroids.squared_norms);
}

void nearest_dense(DeviceDense x, const DeviceCentroids& centroids, DenseScores scores,
                   const DenseAssignment& assignment, Stream& stream) {
  if (x.rows == 0) return;
  const unsigned for_rows = blocks_for(x.rows * kDistanceLanes, kNearestThreads);
  stream.check(cudaMemsetAsync(assignment.close_count, 0, sizeof(int), stream.get()), "cudaMemsetAsync");
  if (centroids.k == 1) {  // nothing to choose from, as in the steps of k-means++
    fill_with_zeros(assignment.labels, x.rows, stream);
    launch(decided_distances_kernel, for_rows, kNearestThreads, 0, stream, x.values, x.rows,
           centroids.columns, centroids.values, assignment.labels, assignment.squared_distances);
    return;
  }
  if (scores == DenseScores::bf16) {
    if (x.coarse == nullptr) {
      round_rows(x.values, x.rows, centroids.columns, assignment.coarse, assignment.lengths, stream);
      x.coarse = assignment.coarse;
      x.lengths = assignment.lengths;
    }
    dense_scores_bf16(x, centroids, assignment, stream);
  } else {
    if (x.lengths == nullptr) {
      launch(row_norms_kernel, for_rows, kNearestThreads, 0, stream, x.values, x.rows, centroids.columns,
             assignment.lengths);
      x.lengths = assignment.lengths;
    }
    dense_scores_fp32(x, centroids, assignment, stream);
  }
  // The close rows get their labels after those of the others were read as decided.
  launch(decided_distances_kernel, for_rows, kNearestThreads, 0, stream, x.values, x.rows, centroids.columns,
         centroids.values, assignment.labels, assignment.squared_distances);
  constexpr std::int64_t kMostBlocks = 1024;  // how many rows are close is known on the device only
  const auto blocks = static_cast<unsigned>(x.rows < kMostBlocks ? x.rows : kMostBlocks);
  launch(close_rows_kernel, blocks, kNearestThreads, kNearestThreads / kDistanceLanes * sizeof(Nearest),
         stream, x.values, centroids.columns, centroids.values, static_cast<int>(centroids.k),
         assignment.close_rows, assignment.close_count, assignment.labels, assignment.squared_distances);
}

void nearest_dense_naive(const DeviceDense& x, const DeviceCentroids& centroids,
                         const DenseAssignment& assignment, Stream& stream) {
  if (x.rows == 0) return;
  launch(nearest_dense_naive_kernel, blocks_for(x.rows, kNearestThreads), kNearestThreads, 0, stream,
         x.values, x.rows, centroids.columns, centroids.values, static_cast<int>(centroids.k),
         assignment.labels, assignment.squared_distances);
}

}  // namespace shoal
