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
#include "tensor_fragments.cuh"

namespace shoal::tensor {

constexpr int kVector = 8;  ///< numbers that a thread copies at once, 16 bytes
/// Rows of operands, and of sums, are eight numbers longer than needed: those of a fragment then begin in
/// different banks.
constexpr int kPadding = 8;

/// For sizes of arrays, which templates compute as int.
constexpr std::size_t sized(int count) { return static_cast<std::size_t>(count); }

/// rows x columns by warps of warp_rows x warp_columns, in steps of step_ k, with so many stages; blocks_ of
/// them fit on a multiprocessor at a time.
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

/// Begins the copy of 16 bytes to shared memory, or of zeros. One instruction for both, which the toolkit's
/// function is not: it branches over the number of zeros.
__device__ inline void copy_vector(Bf16* to, const Bf16* from, bool there) {
#if defined(__CUDACC__)
  const auto place = static_cast<unsigned>(__cvta_generic_to_shared(to));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(place),
               "l"(__cvta_generic_to_global(from)), "r"(there ? 16 : 0)
               : "memory");
#else
  __pipeline_memcpy_async(to, from, sizeof(EightBf16), there ? 0 : sizeof(EightBf16));
#endif
}

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

/// Copies, step by step, the tile's rows of x, a matrix of rows x columns, from first_row on; zeros beyond
/// the matrix. columns: a multiple of 8.
template <class T>
class CopiesOfX {
 public:
  __device__ CopiesOfX(const Bf16* x, std::int64_t rows, int columns, std::int64_t first_row)
      : x_(x),
        at_(x + (first_row + Own::row()) * columns + Own::k()),
        left_(rows - first_row - Own::row()),
        columns_(columns),
        column_(Own::k()) {}

  /// The next step's.
  __device__ void copy(typename T::Stage& to) {
#pragma unroll
    for (int i = 0; i < Own::kCount; ++i) {
      const bool there = i * Own::kPass < left_ && column_ < columns_;
      const Bf16* const from = at_ + static_cast<std::int64_t>(i * Own::kPass) * columns_;
      copy_vector(Own::place(to, i), there ? from : x_, there);
    }
    at_ += T::kStep;
    column_ += T::kStep;
  }

 private:
  using Own = OwnX<T>;

  const Bf16* x_;
  const Bf16* at_;
  std::int64_t left_;
  int columns_;
  int column_;
};

/// Copies, step by step, the tile's columns of w, a matrix of rows (k) x columns, from first_column on; zeros
/// beyond the matrix. columns: a multiple of 8.
template <class T>
class CopiesOfW {
 public:
  __device__ CopiesOfW(const Bf16* w, int rows, int columns, int first_column)
      : w_(w), rows_(rows), columns_(columns), row_(thread_number() / kVectors) {
    const int column = first_column + thread_number() % kVectors * kVector;
    there_ = column < columns;
    at_ = w + static_cast<std::int64_t>(row_) * columns + column;
  }

  /// The next step's.
  __device__ void copy(typename T::Stage& to) {
    Bf16* const place = to.w + thread_number() / kVectors * T::kRowW + thread_number() % kVectors * kVector;
#pragma unroll
    for (int i = 0; i < T::kStep / kPass; ++i) {
      const bool there = there_ && row_ + i * kPass < rows_;
      copy_vector(place + i * kPass * T::kRowW,
                  there ? at_ + static_cast<std::int64_t>(i * kPass) * columns_ : w_, there);
    }
    row_ += T::kStep;
    at_ += static_cast<std::int64_t>(T::kStep) * columns_;
  }

 private:
  static constexpr int kVectors = T::kColumns / kVector;
  static constexpr int kPass = T::kThreads / kVectors;
  static_assert(T::kStep % kPass == 0);

  const Bf16* w_;
  const Bf16* at_;
  int rows_;
  int columns_;
  int row_;
  bool there_;
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
template <class T>
__device__ void await_stage() {
  __pipeline_wait_prior(T::kStages - 2);
  __syncthreads();
}

/// The sums over steps * kStep k. copy(stage) begins this thread's copies of the next step's operands, and of
/// zeros when it is called after the last.
template <class T, class Copy>
__device__ void multiply(int steps, typename T::Shared& shared, Copy copy, typename T::Sums& sums) {
  clear<T>(sums);
  for (int stage = 0; stage < T::kStages - 1; ++stage) {
    copy(shared.stages[stage]);
    __pipeline_commit();
  }
  typename T::Operands operands[2];
  int read = 0;
  int write = T::kStages - 1;
  await_stage<T>();
  load_slice<T>(shared.stages[read], 0, operands[0]);
  for (int step = 0; step < steps; ++step) {
#pragma unroll
    for (int slice = 0; slice < T::kSlices; ++slice) {
      if (slice == T::kSlices - 1) {
        await_stage<T>();
        read = read + 1 < T::kStages ? read + 1 : 0;
      }
      // After the last step this reads what nobody will multiply.
      load_slice<T>(shared.stages[read], (slice + 1) % T::kSlices, operands[(slice + 1) % 2]);
      if (slice == 0) {
        // All warps have their fragments of the stage that is written to: they came to the barrier since.
        copy(shared.stages[write]);
        __pipeline_commit();
        write = write + 1 < T::kStages ? write + 1 : 0;
      }
      multiply_slice<T>(operands[slice % 2], sums);
    }
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
