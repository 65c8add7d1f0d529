// Centroid sums: sums[label[i]][c] += rint(x[i][c] * scale) in int64. Bound by memory: x is read once. Sums
// are unsigned, whose wrapping addition is that of two's complement.
#include "launch.cuh"
#include "sums_by_label.hpp"

namespace shoal {

namespace by_label {

constexpr int kThreads = 256;
constexpr int kRows = 32;

__device__ inline unsigned long long encode(float x, double scale) {
  return static_cast<unsigned long long>(__double2ll_rn(static_cast<double>(x) * scale));
}

}  // namespace by_label

// ---- Naive: one thread, and one atomic addition, for each number.

__global__ void add_dense_by_label_naive_kernel(const float* x, std::int64_t elements, std::int64_t columns,
                                                const std::int32_t* labels, double scale,
                                                unsigned long long* sums) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const std::int64_t label = labels[at / columns];
  if (label >= 0) atomicAdd(sums + label * columns + at % columns, by_label::encode(x[at], scale));
}

// ---- Fast: a thread goes down 32 rows of one column, and adds to memory only where the label changes: rows
// that lie together are often of one group, and all threads of a warp take the same way.

__global__ void add_dense_by_label_kernel(const float* x, std::int64_t rows, std::int64_t columns,
                                          const std::int32_t* labels, double scale,
                                          unsigned long long* sums) {
  const std::int64_t column = grid_thread();
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * by_label::kRows;
  const std::int64_t end = first + by_label::kRows < rows ? first + by_label::kRows : rows;
  if (column >= columns) return;
  unsigned long long sum = 0;
  std::int64_t label = -1;
  for (std::int64_t i = first; i < end; ++i) {
    if (labels[i] != label) {
      if (label >= 0) atomicAdd(sums + label * columns + column, sum);
      label = labels[i];
      sum = 0;
    }
    sum += by_label::encode(x[i * columns + column], scale);
  }
  if (label >= 0) atomicAdd(sums + label * columns + column, sum);
}

// ---- Sparse: one warp for each row, one lane for every 32nd entry.

__global__ void add_sparse_by_label_kernel(const std::int64_t* offsets, const std::int32_t* indices,
                                           const float* values, std::int64_t rows, std::int64_t columns,
                                           const std::int32_t* labels, double scale,
                                           unsigned long long* sums) {
  const std::int64_t i = grid_thread() / kWarp;
  if (i >= rows || labels[i] < 0) return;
  const std::int64_t end = offsets[i + 1] - offsets[0];
  for (std::int64_t e = offsets[i] - offsets[0] + lane_number(); e < end; e += kWarp) {
    atomicAdd(sums + labels[i] * columns + indices[e], by_label::encode(values[e], scale));
  }
}

// ---- Launchers

void add_dense_by_label_naive(const float* x, std::int64_t rows, std::int64_t columns,
                              const std::int32_t* labels, double scale, unsigned long long* sums,
                              Stream& stream) {
  if (rows * columns == 0) return;
  launch(add_dense_by_label_naive_kernel, blocks_for(rows * columns, by_label::kThreads), by_label::kThreads,
         0, stream, x, rows * columns, columns, labels, scale, sums);
}

void add_dense_by_label(const float* x, std::int64_t rows, std::int64_t columns, const std::int32_t* labels,
                        double scale, unsigned long long* sums, Stream& stream) {
  constexpr std::int64_t kMostBlocks = 65535;  // along y
  for (std::int64_t first = 0; first < rows && columns > 0; first += kMostBlocks * by_label::kRows) {
    const std::int64_t rest = rows - first;
    const std::int64_t count = rest < kMostBlocks * by_label::kRows ? rest : kMostBlocks * by_label::kRows;
    const dim3 grid(blocks_for(columns, by_label::kThreads), blocks_for(count, by_label::kRows));
    launch(add_dense_by_label_kernel, grid, by_label::kThreads, 0, stream, x + first * columns, count,
           columns, labels + first, scale, sums);
  }
}

void add_sparse_by_label(const DeviceCsr& rows, std::int64_t columns, const std::int32_t* labels,
                         double scale, unsigned long long* sums, Stream& stream) {
  if (rows.rows == 0) return;
  launch(add_sparse_by_label_kernel, blocks_for(rows.rows * kWarp, by_label::kThreads), by_label::kThreads, 0,
         stream, rows.offsets, rows.indices, rows.values, rows.rows, columns, labels, scale, sums);
}

}  // namespace shoal
