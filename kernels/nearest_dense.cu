// Dense k-means assignment: label[i] = argmin_j |x_i - c_j|^2, ties to the lowest j.
//
// In three kernels. The first multiplies rows and centroids in float32, tile by tile like a matrix product,
// and keeps of each row only three numbers: since |x - c|^2 - |x|^2 = |c|^2 - 2 x.c lies within a proven
// bound e_j of what the products give, `limit` = min_j (score_j + e_j) is an upper bound of the minimum, and
// the two least score_j - e_j tell whether one centroid alone reaches below it. The rows x k matrix never
// exists. The second computes the exact distance of rows so decided, the third compares all centroids of the
// others in double.
#include <limits>

#include "elements.cuh"
#include "exact_distance.cuh"
#include "image_shape.hpp"
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

/// The standings of 16 neighbouring threads, merged in each of them.
__device__ inline void merge_sixteen(Standing& standing) {
  for (int lanes = 8; lanes > 0; lanes /= 2) {
    merge(standing, {__shfl_xor_sync(kWholeWarp, standing.limit, lanes),
                     __shfl_xor_sync(kWholeWarp, standing.least, lanes),
                     __shfl_xor_sync(kWholeWarp, standing.second, lanes),
                     __shfl_xor_sync(kWholeWarp, standing.label, lanes)});
  }
}

/// The kernel fills in the pointers, which it is given one by one: so each launch can check them.
struct Problem {
  const float* x;  ///< (rows, columns)
  std::int64_t rows;
  const float* rounded;  ///< (filled-up columns, filled-up k)
  const double* squared_norms;
  const double* row_norms;
  int columns;
  int k;
  int wide_k;
  double product_error;  ///< |product - x.c| <= product_error |x| |c|
};

/// How far a score may lie from both the real number and its evaluation in double: the bound of
/// src/compute/cpu_arrays_dense.cpp, roundings of |c|^2 and of the decisive evaluation included.
__device__ inline double error_of(const Problem& problem, double row_norm, double norm) {
  const auto n = static_cast<double>(problem.columns);
  const double in_double = (n + 8.0) * 0x1.0p-51;
  const double underflow = 4.0 * n * 0x1.0p-149 * (1.0 + row_norm);
  return in_double * row_norm * row_norm + underflow +
         (2.0 * problem.product_error * row_norm + 2.0 * in_double * row_norm + in_double * norm) * norm;
}

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
__device__ inline void admit_products(const Problem& problem, double row_norm, int first_centroid,
                                      const float (&products)[kOwnCentroids], Standing& standing) {
  for (int j = 0; j < kOwnCentroids; ++j) {
    const int centroid = first_centroid + thread_number() % 16 * kOwnCentroids + j;
    if (centroid >= problem.k) continue;
    if (!isfinite(products[j])) {  // the sum overflowed: it says nothing
      admit(standing, -kInfinity, kInfinity, centroid);
      continue;
    }
    const double squared_norm = problem.squared_norms[centroid];
    const double score = squared_norm - 2.0 * static_cast<double>(products[j]);
    const double e = error_of(problem, row_norm, sqrt(squared_norm) * (1.0 + 1e-9));
    admit(standing, score - e, score + e, centroid);
  }
}

}  // namespace dense

__global__ void __launch_bounds__(dense::kThreads)
    dense_scores_kernel(dense::Problem problem, const float* x, const float* rounded,
                        const double* squared_norms, const double* row_norms, std::int32_t* labels,
                        std::int32_t* close_rows, int* close_count) {
  using namespace dense;
  problem.x = x;
  problem.rounded = rounded;
  problem.squared_norms = squared_norms;
  problem.row_norms = row_norms;
  Shared* const shared = shared_memory<Shared>(1);
  const std::int64_t first_row = static_cast<std::int64_t>(blockIdx.x) * kBlockRows;
  const std::int64_t own_row = first_row + thread_number() / 16 * kOwnRows;
  Standing standings[kOwnRows];
  for (int centroid = 0; centroid < problem.k; centroid += kBlockCentroids) {
    Products sums = {};
    multiply_block(problem, first_row, centroid, *shared, sums);
#pragma unroll
    for (int r = 0; r < kOwnRows; ++r) {
      if (own_row + r >= problem.rows) continue;
      admit_products(problem, row_norms[own_row + r], centroid, sums[r], standings[r]);
    }
  }
#pragma unroll
  for (int r = 0; r < kOwnRows; ++r) {
    merge_sixteen(standings[r]);
    if (thread_number() % 16 != 0 || own_row + r >= problem.rows) continue;
    const bool decided = standings[r].second > standings[r].limit;
    labels[own_row + r] = decided ? standings[r].label : -1;
    if (!decided) close_rows[atomicAdd(close_count, 1)] = static_cast<std::int32_t>(own_row + r);
  }
}

// ---- Exact distances, eight threads for each

__global__ void row_norms_kernel(const float* x, std::int64_t rows, std::int64_t columns, double* norms) {
  const std::int64_t row = grid_thread() / kDistanceLanes;
  const double squared = add_lanes(row < rows ? norm_lane(x + row * columns, columns) : 0.0);
  // A hair more than the norm, so that its roundings cannot make a bound too small.
  if (row < rows && thread_number() % kDistanceLanes == 0) norms[row] = sqrt(squared) * (1.0 + 1e-9);
}

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

/// All centroids for each close row, a block a row: 32 groups of eight threads take every 32nd centroid.
__global__ void close_rows_kernel(const float* x, std::int64_t columns, const double* centroids, int k,
                                  const std::int32_t* close_rows, const int* close_count,
                                  std::int32_t* labels, double* distances) {
  constexpr int kGroups = dense::kThreads / kDistanceLanes;
  Nearest* const of_groups = shared_memory<Nearest>(kGroups);
  const int group = thread_number() / kDistanceLanes;
  for (int i = static_cast<int>(blockIdx.x); i < *close_count; i += static_cast<int>(gridDim.x)) {
    const std::int64_t row = close_rows[i];
    Nearest nearest{dense::kInfinity, 0};
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

__global__ void nearest_dense_naive_kernel(const float* x, std::int64_t rows, std::int64_t columns,
                                           const double* centroids, int k, std::int32_t* labels,
                                           double* distances) {
  const std::int64_t row = grid_thread();
  if (row >= rows) return;
  Nearest nearest{dense::kInfinity, 0};
  for (int j = 0; j < k; ++j) {
    double lanes[kDistanceLanes] = {};
    for (std::int64_t i = 0; i < columns; ++i) {
      const double difference = static_cast<double>(x[row * columns + i]) - centroids[j * columns + i];
      lanes[i % kDistanceLanes] += difference * difference;
    }
    const double distance =
        ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    if (distance < nearest.distance) nearest = {distance, j};
  }
  labels[row] = nearest.label;
  distances[row] = nearest.distance;
}

__global__ void round_centroids_kernel(const double* values, std::int64_t elements, std::int64_t columns,
                                       std::int64_t k, std::int64_t wide_k, float* rounded) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const std::int64_t column = at / wide_k;
  const std::int64_t j = at % wide_k;
  rounded[at] = column < columns && j < k ? static_cast<float>(values[j * columns + column]) : 0.0F;
}

__global__ void squared_norms_kernel(const double* values, std::int64_t k, std::int64_t columns,
                                     double* norms) {
  const std::int64_t j = grid_thread() / kDistanceLanes;
  const double squared = add_lanes(j < k ? norm_lane(values + j * columns, columns) : 0.0);
  if (j < k && thread_number() % kDistanceLanes == 0) norms[j] = squared;
}

// ---- Launchers

std::int64_t filled_up_centroids(std::int64_t k) { return filled_up(k, dense::kBlockCentroids); }
std::int64_t filled_up_columns(std::int64_t columns) { return filled_up(columns, dense::kStep); }

void prepare_centroids(const DeviceCentroids& centroids, Stream& stream) {
  const std::int64_t wide_k = filled_up_centroids(centroids.k);
  const std::int64_t elements = wide_k * filled_up_columns(centroids.columns);
  launch(round_centroids_kernel, blocks_for(elements, dense::kThreads), dense::kThreads, 0, stream,
         centroids.values, elements, centroids.columns, centroids.k, wide_k, centroids.rounded);
  launch(squared_norms_kernel, blocks_for(centroids.k * kDistanceLanes, dense::kThreads), dense::kThreads, 0,
         stream, centroids.values, centroids.k, centroids.columns, centroids.squared_norms);
}

/// Higham, Accuracy and Stability of Numerical Algorithms, section 3.1, with Cauchy-Schwarz: kChunk roundings
/// within a chunk, one for each chunk, and two for the rounding of c and for what |c| of the rounded centroid
/// is larger.
static double product_error(std::int64_t columns) {
  const std::int64_t chunks = (columns + dense::kChunk - 1) / dense::kChunk;
  const std::int64_t longest = columns < dense::kChunk ? columns : dense::kChunk;
  const double n = static_cast<double>(longest + 1 + chunks + 2) * 0x1.0p-24;
  return n < 0.5 ? n / (1.0 - n) : dense::kInfinity;
}

void nearest_dense(const float* x, std::int64_t rows, const DeviceCentroids& centroids,
                   const DenseAssignment& assignment, Stream& stream) {
  if (rows == 0) return;
  const unsigned for_rows = blocks_for(rows * kDistanceLanes, dense::kThreads);
  check_cuda(cudaMemsetAsync(assignment.close_count, 0, sizeof(int), stream.get()), "cudaMemsetAsync");
  launch(row_norms_kernel, for_rows, dense::kThreads, 0, stream, x, rows, centroids.columns,
         assignment.row_norms);
  dense::Problem problem{};
  problem.rows = rows;
  problem.columns = static_cast<int>(centroids.columns);
  problem.k = static_cast<int>(centroids.k);
  problem.wide_k = static_cast<int>(filled_up_centroids(centroids.k));
  problem.product_error = product_error(centroids.columns);
  launch(dense_scores_kernel, blocks_for(rows, dense::kBlockRows), dense::kThreads, sizeof(dense::Shared),
         stream, problem, x, centroids.rounded, centroids.squared_norms, assignment.row_norms,
         assignment.labels, assignment.close_rows, assignment.close_count);
  // The close rows get their labels after those of the others were read as decided.
  launch(decided_distances_kernel, for_rows, dense::kThreads, 0, stream, x, rows, centroids.columns,
         centroids.values, assignment.labels, assignment.squared_distances);
  constexpr std::int64_t kMostBlocks = 1024;  // how many rows are close is known on the device only
  const auto blocks = static_cast<unsigned>(rows < kMostBlocks ? rows : kMostBlocks);
  launch(close_rows_kernel, blocks, dense::kThreads, dense::kThreads / kDistanceLanes * sizeof(Nearest),
         stream, x, centroids.columns, centroids.values, static_cast<int>(centroids.k), assignment.close_rows,
         assignment.close_count, assignment.labels, assignment.squared_distances);
}

void nearest_dense_naive(const float* x, std::int64_t rows, const DeviceCentroids& centroids,
                         const DenseAssignment& assignment, Stream& stream) {
  if (rows == 0) return;
  launch(nearest_dense_naive_kernel, blocks_for(rows, dense::kThreads), dense::kThreads, 0, stream, x, rows,
         centroids.columns, centroids.values, static_cast<int>(centroids.k), assignment.labels,
         assignment.squared_distances);
}

}  // namespace shoal
