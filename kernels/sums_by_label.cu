// Centroid sums: sums[label[i]][c] += rint(x[i][c] * scale) in int64. Bound by memory: x is read once. Sums
// are unsigned, whose wrapping addition is that of two's complement. Rows with a negative label join no sum.
// The plain reference is the naive kernel below; the CPU's sums are src/compute/cpu_arrays_sums.cpp.
#include "buffers.hpp"
#include "launch.cuh"
#include "sums_by_label.hpp"

namespace shoal {

namespace by_label {

constexpr int kThreads = 256;
constexpr int kRows = static_cast<int>(kRowsOfSum);
constexpr int kAhead = 4;

__device__ inline unsigned long long encode(float x, double scale) {
  return static_cast<unsigned long long>(__double2ll_rn(static_cast<double>(x) * scale));
}

}  // namespace by_label

// ---- Naive: one thread, and one atomic addition, for each number.

/// x: (rows, columns), `elements` in all. labels: (rows). sums: (k, columns).
__global__ void add_dense_by_label_naive_kernel(const float* x, std::int64_t elements, std::int64_t columns,
                                                const std::int32_t* labels, double scale,
                                                unsigned long long* sums) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const std::int64_t label = labels[at / columns];
  if (label >= 0) atomicAdd(sums + label * columns + at % columns, by_label::encode(x[at], scale));
}

// ---- Fast: rows are first put in the order of their labels, by counting (below). A thread then goes down 64
// of them in one vector of columns, and adds to memory only where the label changes: about once, where every
// row has another label as they come. Within a label the order is that in which atomics happened, which the
// sums of integers do not show.

/// labels: (rows). counts: (k), zeros before.
__global__ void count_labels_kernel(const std::int32_t* labels, std::int64_t rows, std::int32_t* counts) {
  const std::int64_t i = grid_thread();
  if (i < rows && labels[i] >= 0) atomicAdd(counts + labels[i], 1);
}

/// counts: (k + 1). counts[j] becomes the sum of those before it, and counts[k] that of all. One block: each
/// thread adds up a part, then one all parts, then each goes through its own again.
__global__ void sum_before_kernel(std::int32_t* counts, int k) {
  std::int32_t* const parts = shared_memory<std::int32_t>(by_label::kThreads);
  const int length = (k + by_label::kThreads - 1) / by_label::kThreads;
  const int first = thread_number() * length;
  const int end = first + length < k ? first + length : k;
  std::int32_t sum = 0;
  for (int j = first; j < end; ++j) sum += counts[j];
  parts[thread_number()] = sum;
  __syncthreads();
  if (thread_number() == 0) {
    std::int32_t before = 0;
    for (int part = 0; part < by_label::kThreads; ++part) {
      const std::int32_t own = parts[part];
      parts[part] = before;
      before += own;
    }
    counts[k] = before;
  }
  __syncthreads();
  sum = parts[thread_number()];
  for (int j = first; j < end; ++j) {
    const std::int32_t own = counts[j];
    counts[j] = sum;
    sum += own;
  }
}

/// labels, order: (rows). next: (k), where the next row of each label goes.
__global__ void order_by_label_kernel(const std::int32_t* labels, std::int64_t rows, std::int32_t* next,
                                      std::int32_t* order) {
  const std::int64_t i = grid_thread();
  if (i < rows && labels[i] >= 0) order[atomicAdd(next + labels[i], 1)] = static_cast<std::int32_t>(i);
}

/// x: (rows, columns). labels, order: (rows). count: (1), how many rows `order` names. sums: (k, columns).
/// Vector: float4 or float, a thread's columns.
template <class Vector>
__global__ void add_dense_by_label_kernel(const float* x, std::int64_t columns, const std::int32_t* labels,
                                          const std::int32_t* order, const std::int32_t* count, double scale,
                                          unsigned long long* sums) {
  constexpr int kWide = sizeof(Vector) / sizeof(float);
  const std::int64_t column = grid_thread() * kWide;
  const std::int32_t first = static_cast<std::int32_t>(blockIdx.y) * by_label::kRows;
  const std::int32_t end = first + by_label::kRows < *count ? first + by_label::kRows : *count;
  if (column >= columns) return;
  unsigned long long own[sizeof(Vector) / sizeof(float)] = {};
  std::int32_t label = -1;
  const auto add_to_memory = [&] {
    for (int i = 0; i < kWide; ++i) {
      if (label >= 0) atomicAdd(sums + label * columns + column + i, own[i]);
      own[i] = 0;
    }
  };
  // Several rows are under way before the first is needed.
  for (std::int32_t at = first; at < end; at += by_label::kAhead) {
    Vector values[by_label::kAhead];
    std::int32_t of[by_label::kAhead];
#pragma unroll
    for (int i = 0; i < by_label::kAhead; ++i) {
      const std::int64_t row = order[at + i < end ? at + i : end - 1];
      values[i] = *reinterpret_cast<const Vector*>(x + row * columns + column);
      of[i] = labels[row];
    }
#pragma unroll
    for (int i = 0; i < by_label::kAhead; ++i) {
      if (of[i] != label) {
        add_to_memory();
        label = of[i];
      }
      const auto* const each = reinterpret_cast<const float*>(&values[i]);
      for (int j = 0; j < kWide; ++j) own[j] += at + i < end ? by_label::encode(each[j], scale) : 0ULL;
    }
  }
  add_to_memory();
}

// ---- Sparse: one warp for each row, one lane for every 32nd entry.

/// offsets: (rows + 1), of which the first need not be 0. indices, values: (offsets[rows] - offsets[0]).
/// labels: (rows). sums: (k, columns).
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

template <class Vector>
static void add_in_order(const float* x, std::int64_t rows, std::int64_t columns, const std::int32_t* labels,
                         std::int64_t k, const LabelOrder& order, double scale, unsigned long long* sums,
                         Stream& stream) {
  constexpr std::int64_t kWide = sizeof(Vector) / sizeof(float);
  const dim3 grid(blocks_for(columns / kWide, by_label::kThreads), blocks_for(rows, by_label::kRows));
  launch(add_dense_by_label_kernel<Vector>, grid, by_label::kThreads, 0, stream, x, columns, labels,
         order.rows, order.places + k, scale, sums);
}

void add_dense_by_label(const float* x, std::int64_t rows, std::int64_t columns, const std::int32_t* labels,
                        std::int64_t k, const LabelOrder& order, double scale, unsigned long long* sums,
                        Stream& stream) {
  if (rows * columns == 0) return;
  const unsigned blocks = blocks_for(rows, by_label::kThreads);
  fill_with_zeros(order.places, k, stream);
  launch(count_labels_kernel, blocks, by_label::kThreads, 0, stream, labels, rows, order.places);
  launch(sum_before_kernel, 1, by_label::kThreads, by_label::kThreads * sizeof(std::int32_t), stream,
         order.places, static_cast<int>(k));
  launch(order_by_label_kernel, blocks, by_label::kThreads, 0, stream, labels, rows, order.places,
         order.rows);
  columns % 4 == 0 ? add_in_order<float4>(x, rows, columns, labels, k, order, scale, sums, stream)
                   : add_in_order<float>(x, rows, columns, labels, k, order, scale, sums, stream);
}

void add_sparse_by_label(const DeviceCsr& rows, std::int64_t columns, const std::int32_t* labels,
                         double scale, unsigned long long* sums, Stream& stream) {
  if (rows.rows == 0) return;
  launch(add_sparse_by_label_kernel, blocks_for(rows.rows * kWarp, by_label::kThreads), by_label::kThreads, 0,
         stream, rows.offsets, rows.indices, rows.values, rows.rows, columns, labels, scale, sums);
}

}  // namespace shoal
