// What tensor cores and their operands need of the machine's own instructions, each with a plain twin for the
// emulator; the only file with PTX in it.
//
// A warp's 16 x 16 matrices have operands in bfloat16 and sums in float32. What the toolkit's wmma makes of
// loads from shared memory is slow (numbers one by one, and transposed afterwards), and so it is only the
// twin, where nobody may know which lane holds which number. Matrices in shared memory have rows `stride`
// numbers apart, in multiples of 16 bytes, and are aligned to 32 bytes.
#pragma once

#include <cuda_bf16.h>
#include <cuda_pipeline.h>
#include <cuda_runtime.h>
#if !defined(__CUDACC__)
#include <mma.h>
#endif

#include "launch.cuh"

namespace shoal::tensor {

using Bf16 = __nv_bfloat16;

constexpr int kFragment = 16;

/// What of a copy stays in the multiprocessor's own cache: nothing, or all, where it is soon read again.
enum class Keep { nothing, all };

#if defined(__CUDACC__)

/// Begins the copy of 16 bytes to shared memory, or of zeros. One instruction for both, which the toolkit's
/// function is not: it branches over the number of zeros.
template <Keep keep = Keep::nothing>
__device__ void copy_vector(Bf16* to, const Bf16* from, bool there) {
  const auto place = static_cast<unsigned>(__cvta_generic_to_shared(to));
  const auto source = __cvta_generic_to_global(from);
  const int bytes = there ? 16 : 0;
  if constexpr (keep == Keep::all) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 16, %2;" ::"r"(place), "l"(source), "r"(bytes)
                 : "memory");
  } else {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(place), "l"(source), "r"(bytes)
                 : "memory");
  }
}

// PTX ISA, "Matrix fragments for mma.m16n8k16": a number of 32 bits is two neighbours of a row of x, or of a
// column of w; sums are two neighbours of a row in two rows that lie eight apart.
struct FragmentX {
  unsigned quarters[4];
};
struct FragmentW {
  unsigned quarters[4];
};
struct FragmentSums {
  float halves[2][4];  ///< columns 0 to 7, 8 to 15
};

/// Lane i gives the beginning of half a row, from which ldmatrix takes 16 bytes.
__device__ inline unsigned own_half_row(const Bf16* matrix, int stride) {
  const int lane = lane_number();
  return static_cast<unsigned>(__cvta_generic_to_shared(matrix + lane % 16 * stride + lane / 16 * 8));
}

/// from: 16 rows of x, 16 k.
__device__ inline void load(FragmentX& to, const Bf16* from, int stride) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to.quarters[0]), "=r"(to.quarters[1]), "=r"(to.quarters[2]), "=r"(to.quarters[3])
               : "r"(own_half_row(from, stride))
               : "memory");
}

/// from: 16 k, 16 columns of w.
__device__ inline void load(FragmentW& to, const Bf16* from, int stride) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to.quarters[0]), "=r"(to.quarters[1]), "=r"(to.quarters[2]), "=r"(to.quarters[3])
               : "r"(own_half_row(from, stride))
               : "memory");
}

__device__ inline void clear(FragmentSums& sums) { sums = {}; }

/// sums += x w
__device__ inline void multiply_add(FragmentSums& sums, const FragmentX& x, const FragmentW& w) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    float(&d)[4] = sums.halves[half];
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(x.quarters[0]), "r"(x.quarters[1]), "r"(x.quarters[2]), "r"(x.quarters[3]),
          "r"(w.quarters[half * 2]), "r"(w.quarters[half * 2 + 1]));
  }
}

__device__ inline void store(float* to, const FragmentSums& sums, int stride) {
  float* const own = to + lane_number() / 4 * stride + lane_number() % 4 * 2;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const float(&d)[4] = sums.halves[half];
    *reinterpret_cast<float2*>(own + half * 8) = make_float2(d[0], d[1]);
    *reinterpret_cast<float2*>(own + 8 * stride + half * 8) = make_float2(d[2], d[3]);
  }
}

#else

template <Keep keep = Keep::nothing>
void copy_vector(Bf16* to, const Bf16* from, bool there) {
  __pipeline_memcpy_async(to, from, 16, there ? 0 : 16);
}

namespace wmma = nvcuda::wmma;
using FragmentX = wmma::fragment<wmma::matrix_a, 16, 16, 16, Bf16, wmma::row_major>;
using FragmentW = wmma::fragment<wmma::matrix_b, 16, 16, 16, Bf16, wmma::row_major>;
using FragmentSums = wmma::fragment<wmma::accumulator, 16, 16, 16, float>;

template <class Fragment>
void load(Fragment& to, const Bf16* from, int stride) {
  wmma::load_matrix_sync(to, from, static_cast<unsigned>(stride));
}
inline void clear(FragmentSums& sums) { wmma::fill_fragment(sums, 0.0F); }
inline void multiply_add(FragmentSums& sums, const FragmentX& x, const FragmentW& w) {
  wmma::mma_sync(sums, x, w, sums);
}
inline void store(float* to, const FragmentSums& sums, int stride) {
  wmma::store_matrix_sync(to, sums, static_cast<unsigned>(stride), wmma::mem_row_major);
}

#endif

}  // namespace shoal::tensor
