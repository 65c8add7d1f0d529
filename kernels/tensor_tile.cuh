// A block's tile of a matrix product x w on tensor cores: bfloat16 operands, float32 sums in rising order of
// k. Operands come by asynchronous copies into a ring of stages, so that several steps are under way while
// one is multiplied. A warp loads the fragments of a slice (16 k) while it multiplies those of the one
// before, also from one step to the next: one barrier a step, between the two. Who brings which operands is
// the caller's affair, and what becomes of the sums, which pass through shared memory warp by warp, since
// nobody may know which lane of a fragment holds which number.
#pragma once

#include <cuda_pipeline.h>

#include "elements.cuh"
#include "launch.cuh"
#include "tensor_instructions.cuh"

namespace shoal::tensor {

constexpr int kVector = 8;  ///< numbers that a thread copies at once, 16 bytes
/// Rows of operands, and of sums, are eight numbers longer than needed: those of a fragment then begin in
/// different banks.
constexpr int kPadding = 8;

/// For sizes of arrays, which templates compute as int.
constexpr std::size_t sized(int count) { return static_cast<std::size_t>(count); }

/// rows x columns by warps of warp_rows x warp_columns, in steps of step_ k, with so many stages; blocks_ of
/// them fit on a multiprocessor of compute capability 9.0 at a time, fewer where there is less shared memory.
template <int rows, int columns, int warp_rows, int warp_columns, int step_, int stages_, int blocks_>
struct Tile {
  static constexpr int kRows = rows;
  static constexpr int kColumns = columns;
  static constexpr int kWarpRows = warp_rows;
  static constexpr int kWarpColumns = warp_columns;
  static constexpr int kStep = step_;
  static constexpr int kStages = stages_;
  static constexpr int kBlocks = blocks_;
  static constexpr int kWarpsAcross = columns / warp_columns;
  static constexpr int kWarps = rows / warp_rows * kWarpsAcross;
  static constexpr int kThreads = kWarps * kWarp;
  static constexpr int kSlices = step_ / kFragment;
  static constexpr int kDown = warp_rows / kFragment;
  static constexpr int kAcross = warp_columns / kFragment;
  static constexpr int kRowX = step_ + kPadding;
  static constexpr int kRowW = columns + kPadding;
  static constexpr int kRowSums = warp_columns + kPadding;
  static_assert(kSlices % 2 == 0, "the fragments of two slices take turns");
  static_assert(stages_ >= 2);

  struct Stage {
    alignas(128) Bf16 x[sized(kRows * kRowX)];
    alignas(128) Bf16 w[sized(kStep * kRowW)];
  };
  /// Operands while sums are made; afterwards 16 rows of sums at a time of each warp.
  union Shared {
    Stage stages[sized(kStages)];
    alignas(128) float sums[sized(kWarps)][sized(kFragment * kRowSums)];
  };
  /// The fragments of a slice.
  struct Operands {
    FragmentX x[sized(kDown)];
    FragmentW w[sized(kAcross)];
  };
  struct Sums {
    FragmentSums of[sized(kDown)][sized(kAcross)];
  };

  /// Where the running warp's part lies in the tile.
  __device__ static int warp_row() { return warp_number() / kWarpsAcross * kWarpRows; }
  __device__ static int warp_column() { return warp_number() % kWarpsAcross * kWarpColumns; }
};

/// Which vectors of x a thread copies: one of every kPass-th row.
template <class T>
struct OwnX {
  static constexpr int kVectors = T::kStep / kVector;
  static constexpr int kPass = T::kThreads / kVectors;
  static constexpr int kCount = T::kRows / kPass;
  static_assert(T::kRows % kPass == 0 && (kVectors == 4 || kVectors == 8));

  __device__ static int k() { return thread_number() % kVectors * kVector; }
  /// Eight threads write at a time. Where they fill two rows, these are four apart, in different banks.
  __device__ static int row() {
    const int row = thread_number() / kVectors;
    return kVectors == 8 ? row : row / 8 * 8 + row % 2 * 4 + row % 8 / 2;
  }
  __device__ static Bf16* place(typename T::Stage& stage, int i) {
    return stage.x + (row() + i * kPass) * T::kRowX + k();
  }
};

/// Copies the tile's rows, from first_row on, of x, a matrix of rows x columns (k); zeros beyond it. columns:
/// a multiple of 8.
template <class T>
class CopiesOfX {
 public:
  __device__ CopiesOfX(const Bf16* x, std::int64_t rows, int columns, std::int64_t first_row)
      : x_(x),
        at_(x + (first_row + Own::row()) * columns + Own::k()),
        left_(rows - first_row - Own::row()),
        columns_(columns) {}

  __device__ void copy(int first_k, typename T::Stage& to) const {
#pragma unroll
    for (int i = 0; i < Own::kCount; ++i) {
      const bool there = i * Own::kPass < left_ && first_k + Own::k() < columns_;
      const Bf16* const from = at_ + static_cast<std::int64_t>(i * Own::kPass) * columns_ + first_k;
      copy_vector(Own::place(to, i), there ? from : x_, there);
    }
  }

 private:
  using Own = OwnX<T>;

  const Bf16* x_;
  const Bf16* at_;
  std::int64_t left_;
  int columns_;
};

/// Copies the tile's columns, from first_column on, of w, a matrix of k x columns; zeros beyond the last
/// column. columns: a multiple of 8.
template <class T>
class CopiesOfW {
 public:
  __device__ CopiesOfW(const Bf16* w, int columns, int first_column)
      : w_(w), columns_(columns), column_(first_column + thread_number() % kVectors * kVector) {}

  /// The rows of a step, which begin at first_k, and zeros where there are no more of them.
  __device__ void copy(int first_k, int rows, typename T::Stage& to) const {
    const int row = thread_number() / kVectors;
    const Bf16* const at = w_ + static_cast<std::int64_t>(first_k + row) * columns_ + column_;
    Bf16* const place = to.w + row * T::kRowW + thread_number() % kVectors * kVector;
#pragma unroll
    for (int i = 0; i < T::kStep / kPass; ++i) {
      const bool there = column_ < columns_ && row + i * kPass < rows;
      const Bf16* const from = at + static_cast<std::int64_t>(i * kPass) * columns_;
      copy_vector(place + i * kPass * T::kRowW, there ? from : w_, there);
    }
  }

 private:
  static constexpr int kVectors = T::kColumns / kVector;
  static constexpr int kPass = T::kThreads / kVectors;
  static_assert(T::kStep % kPass == 0);

  const Bf16* w_;
  int columns_;
  int column_;
};

template <class T>
__device__ void load_slice(const typename T::Stage& stage, int slice, typename T::Operands& to) {
  const int k = slice * kFragment;
#pragma unroll
  for (int i = 0; i < T::kDown; ++i) {
    load(to.x[i], stage.x + (T::warp_row() + i * kFragment) * T::kRowX + k, T::kRowX);
  }
#pragma unroll
  for (int j = 0; j < T::kAcross; ++j) {
    load(to.w[j], stage.w + k * T::kRowW + T::warp_column() + j * kFragment, T::kRowW);
  }
}

template <class T>
__device__ void multiply_slice(const typename T::Operands& operands, typename T::Sums& sums) {
#pragma unroll
  for (int i = 0; i < T::kDown; ++i) {
#pragma unroll
    for (int j = 0; j < T::kAcross; ++j) {
      multiply_add(sums.of[i][j], operands.x[i], operands.w[j]);
    }
  }
}

template <class T>
__device__ void clear(typename T::Sums& sums) {
#pragma unroll
  for (int i = 0; i < T::kDown; ++i) {
#pragma unroll
    for (int j = 0; j < T::kAcross; ++j) clear(sums.of[i][j]);
  }
}

/// Waits for this thread's copies of the oldest stage under way, then for the other threads.
__device__ inline void await_stage(int but_latest) {
  __pipeline_wait_prior(static_cast<std::size_t>(but_latest));
  __syncthreads();
}

/// The sums over steps * kStep k. copy(stage) begins this thread's copies of the next step's operands, and of
/// zeros when it is called after the last.
template <class T, class Copy>
__device__ void multiply(int steps, typename T::Shared& shared, Copy copy, typename T::Sums& sums) {
  clear<T>(sums);
  for (int stage = 0; stage < T::kStages; ++stage) {
    copy(shared.stages[stage]);
    __pipeline_commit();
  }
  typename T::Operands operands[2];
  int stage = 0;
  await_stage(T::kStages - 1);
  load_slice<T>(shared.stages[0], 0, operands[0]);
  for (int step = 0; step < steps; ++step) {
#pragma unroll
    for (int slice = 0; slice + 1 < T::kSlices; ++slice) {
      load_slice<T>(shared.stages[stage], slice + 1, operands[(slice + 1) % 2]);
      multiply_slice<T>(operands[slice % 2], sums);
    }
    // All warps have their fragments of this stage, which is free again, and all copies for the next are
    // there.
    await_stage(T::kStages - 2);
    typename T::Stage& free = shared.stages[stage];
    stage = stage + 1 < T::kStages ? stage + 1 : 0;
    load_slice<T>(shared.stages[stage], 0, operands[0]);  // after the last step, what nobody will multiply
    copy(free);
    __pipeline_commit();
    multiply_slice<T>(operands[1], sums);
  }
  __pipeline_wait_prior(0);
  __syncthreads();
}

/// Calls take(row, sums) for 16 rows of the warp's part at a time: their first row in the tile, and
/// sums[i * kRowSums + j] for column warp_column() + j.
template <class T, class Take>
__device__ void drain(const typename T::Sums& sums, typename T::Shared& shared, Take take) {
  float* const own = shared.sums[warp_number()];
#pragma unroll
  for (int i = 0; i < T::kDown; ++i) {
#pragma unroll
    for (int j = 0; j < T::kAcross; ++j) {
      store(own + j * kFragment, sums.of[i][j], T::kRowSums);
    }
    __syncwarp();
    take(T::warp_row() + i * kFragment, own);
    __syncwarp();
  }
}

}  // namespace shoal::tensor
