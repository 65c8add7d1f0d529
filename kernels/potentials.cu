// The k-means++ step: potentials[j] += sum_i min(weights[i], rint(|x_i - c_j|^2 * scale)) for all candidates
// j that were drawn for it. The reference is CpuArrays::add_potentials (src/compute).
//
// Candidates are few, 2 + floor(ln k), and distances must be exact, in double. So the bound is either that of
// reading the rows, which happens once for eight candidates, or that of the double units, three operations
// for each number and candidate.
#include "exact_distance.cuh"
#include "launch.cuh"
#include "potentials.hpp"
#include "sparse_distance.cuh"

namespace shoal {

namespace potentials {

constexpr int kThreads = 256;
/// Candidates of a block: as many as lanes, so that each lane ends up with one.
constexpr int kCandidates = kDistanceLanes;
/// Dense rows of eight threads: a candidate's number is read once for all of them.
constexpr int kRows = 4;
/// Of candidates, that a block has in shared memory at a time: 16 KiB of eight.
constexpr int kTileColumns = 256;

__device__ inline unsigned long long left(double distance, std::int64_t weight, double scale) {
  const long long encoded = __double2ll_rn(distance * scale);
  return static_cast<unsigned long long>(encoded < weight ? encoded : weight);
}

/// The sum of what a warp's lanes hold for one candidate, which are eight apart, to memory: one addition for
/// a warp and candidate. All threads of the warp must call it.
__device__ inline void add_of_warp(unsigned long long own, int j, int k, unsigned long long* to) {
  own += __shfl_xor_sync(kWholeWarp, own, kWarp / 2);
  own += __shfl_xor_sync(kWholeWarp, own, kWarp / 4);
  if (lane_number() < kCandidates && j < k) atomicAdd(to + j, own);
}

}  // namespace potentials

// ---- Naive: one thread, and one atomic addition, for each row and candidate.

/// x: (rows, columns). candidates: (k, columns). weights: (rows). sums: (k).
__global__ void dense_potentials_naive_kernel(const float* x, std::int64_t rows, std::int64_t columns,
                                              const double* candidates, int k, const std::int64_t* weights,
                                              double scale, unsigned long long* sums) {
  const std::int64_t row = grid_thread() / k;
  const auto j = static_cast<int>(grid_thread() % k);
  if (row >= rows) return;
  const double distance = whole_distance(x + row * columns, candidates + j * columns, columns);
  atomicAdd(sums + j, potentials::left(distance, weights[row], scale));
}

/// offsets: (rows + 1). indices, values: (entries). transposed: (columns, k). squared_norms, sums: (k).
/// weights: (rows).
__global__ void sparse_potentials_naive_kernel(const std::int64_t* offsets, const std::int32_t* indices,
                                               const float* values, std::int64_t rows,
                                               const double* transposed, const double* squared_norms, int k,
                                               const std::int64_t* weights, double scale,
                                               unsigned long long* sums) {
  const std::int64_t i = grid_thread() / k;
  const auto j = static_cast<int>(grid_thread() % k);
  if (i >= rows) return;
  const auto row = sparse::row_of(offsets, indices, values, i);
  const double distance =
      sparse::distance_to(row, sparse::squared_norm(row), transposed, k, squared_norms[j], j);
  atomicAdd(sums + j, potentials::left(distance, weights[i], scale));
}

// ---- Fast, dense: eight threads for four rows and four or eight candidates, blocks above each other for
// eight more. A thread holds its lane of each distance; sums over lanes leave all of them in all eight
// threads, of which each goes on with one candidate. Candidates come through shared memory, 256 columns at a
// time, and rows a step ahead: a kernel that waited for each candidate's number from memory took eight times
// as long on an H200 as its arithmetic does.

/// As for the naive kernel; a block takes the candidates from first + kMany * blockIdx.y on.
template <int kMany>
__global__ void __launch_bounds__(potentials::kThreads, 2)
    dense_potentials_kernel(const float* x, std::int64_t rows, std::int64_t columns, const double* candidates,
                            int first, int k, const std::int64_t* weights, double scale,
                            unsigned long long* sums) {
  using namespace potentials;
  double* const tile =
      shared_memory<double>(static_cast<std::size_t>(kMany * kTileColumns));  // (kMany, kTileColumns)
  const int lane = thread_number() % kDistanceLanes;
  const std::int64_t first_row = grid_thread() / kDistanceLanes * kRows;
  first += static_cast<int>(blockIdx.y) * kMany;
  const float* of_rows[kRows];
#pragma unroll
  for (int r = 0; r < kRows; ++r)  // beyond the last, the last: read, but not counted
    of_rows[r] = x + (first_row + r < rows ? first_row + r : rows - 1) * columns;
  double distances[kRows][static_cast<std::size_t>(kMany)] = {};
  float next[kRows];
#pragma unroll
  for (int r = 0; r < kRows; ++r) next[r] = lane < columns ? of_rows[r][lane] : 0.0F;
  for (std::int64_t begin = 0; begin < columns; begin += kTileColumns) {
    __syncthreads();  // nobody needs the last tile any more
    for (int at = thread_number(); at < kMany * kTileColumns; at += kThreads) {
      const int j = first + at / kTileColumns;
      const std::int64_t column = begin + at % kTileColumns;
      tile[at] = j < k && column < columns ? candidates[j * columns + column] : 0.0;
    }
    __syncthreads();
    const int width = static_cast<int>(columns - begin < kTileColumns ? columns - begin : kTileColumns);
    for (int i = lane; i < width; i += kDistanceLanes) {
      double numbers[kRows];
      const std::int64_t ahead = begin + i + kDistanceLanes;
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        numbers[r] = static_cast<double>(next[r]);
        next[r] = of_rows[r][ahead < columns ? ahead : columns - 1];
      }
#pragma unroll
      for (int j = 0; j < kMany; ++j) {
        const double c = tile[j * kTileColumns + i];
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
          const double difference = numbers[r] - c;
          distances[r][j] += difference * difference;
        }
      }
    }
  }
  unsigned long long own = 0;
#pragma unroll
  for (int r = 0; r < kRows; ++r) {
    double distance = 0.0;
#pragma unroll
    for (int j = 0; j < kMany; ++j) {
      const double whole = add_lanes(distances[r][j]);
      if (j == lane) distance = whole;
    }
    if (first_row + r < rows) own += left(distance, weights[first_row + r], scale);
  }
  add_of_warp(own, lane < kMany ? first + lane : k, k, sums);
}

// ---- Fast, sparse: eight threads for a row, each with one candidate, whose numbers lie beside each other.

/// As for the naive kernel.
__global__ void sparse_potentials_kernel(const std::int64_t* offsets, const std::int32_t* indices,
                                         const float* values, std::int64_t rows, const double* transposed,
                                         const double* squared_norms, int k, const std::int64_t* weights,
                                         double scale, unsigned long long* sums) {
  using namespace potentials;
  const std::int64_t i = grid_thread() / kCandidates;
  const int j = static_cast<int>(blockIdx.y) * kCandidates + thread_number() % kCandidates;
  unsigned long long own = 0;
  if (i < rows && j < k && weights[i] > 0) {
    const auto row = sparse::row_of(offsets, indices, values, i);
    const double distance =
        sparse::distance_to(row, sparse::squared_norm(row), transposed, k, squared_norms[j], j);
    own = left(distance, weights[i], scale);
  }
  add_of_warp(own, j, k, sums);
}

// ---- Launchers

/// Of candidates from `first` on, kMany for each of as many blocks above each other.
template <int kMany>
static void dense_potentials_of(int first, unsigned blocks, const float* x, std::int64_t rows,
                                std::int64_t columns, const double* candidates, std::int64_t k,
                                const PotentialSums& sums, Stream& stream) {
  using namespace potentials;
  const dim3 grid(blocks_for(blocks_for(rows, kRows) * std::int64_t{kDistanceLanes}, kThreads), blocks);
  launch(dense_potentials_kernel<kMany>, grid, kThreads, kMany * kTileColumns * sizeof(double), stream, x,
         rows, columns, candidates, first, static_cast<int>(k), sums.weights, sums.scale, sums.potentials);
}

void dense_potentials(const float* x, std::int64_t rows, std::int64_t columns, const double* candidates,
                      std::int64_t k, const PotentialSums& sums, Stream& stream) {
  constexpr int kHalf = potentials::kCandidates / 2;
  if (rows == 0) return;
  // The last few are computed as four where these are enough.
  const std::int64_t rest = k % potentials::kCandidates;
  const bool half = 0 < rest && rest <= kHalf;
  const std::int64_t in_whole = half ? k - rest : k;
  if (in_whole > 0) {
    dense_potentials_of<potentials::kCandidates>(0, blocks_for(in_whole, potentials::kCandidates), x, rows,
                                                 columns, candidates, k, sums, stream);
  }
  if (half)
    dense_potentials_of<kHalf>(static_cast<int>(in_whole), 1, x, rows, columns, candidates, k, sums, stream);
}

void dense_potentials_naive(const float* x, std::int64_t rows, std::int64_t columns, const double* candidates,
                            std::int64_t k, const PotentialSums& sums, Stream& stream) {
  if (rows == 0) return;
  launch(dense_potentials_naive_kernel, blocks_for(rows * k, potentials::kThreads), potentials::kThreads, 0,
         stream, x, rows, columns, candidates, static_cast<int>(k), sums.weights, sums.scale,
         sums.potentials);
}

void sparse_potentials(const DeviceCsr& rows, const double* transposed, const double* squared_norms,
                       std::int64_t k, const PotentialSums& sums, Stream& stream) {
  using namespace potentials;
  if (rows.rows == 0) return;
  const dim3 grid(blocks_for(rows.rows * kCandidates, kThreads), blocks_for(k, kCandidates));
  launch(sparse_potentials_kernel, grid, kThreads, 0, stream, rows.offsets, rows.indices, rows.values,
         rows.rows, transposed, squared_norms, static_cast<int>(k), sums.weights, sums.scale,
         sums.potentials);
}

void sparse_potentials_naive(const DeviceCsr& rows, const double* transposed, const double* squared_norms,
                             std::int64_t k, const PotentialSums& sums, Stream& stream) {
  if (rows.rows == 0) return;
  launch(sparse_potentials_naive_kernel, blocks_for(rows.rows * k, potentials::kThreads),
         potentials::kThreads, 0, stream, rows.offsets, rows.indices, rows.values, rows.rows, transposed,
         squared_norms, static_cast<int>(k), sums.weights, sums.scale, sums.potentials);
}

}  // namespace shoal
