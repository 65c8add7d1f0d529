// A warp's 16 x 16 matrices on tensor cores: operands in bfloat16, sums in float32. Here are the instructions
// themselves, since what the toolkit's wmma makes of loads from shared memory is slow (numbers one by one,
// and transposed afterwards); the emulator's twin is that wmma, where nobody may know which lane holds which
// number. Shared memory: rows `stride` numbers apart, in multiples of 16 bytes; alignment 32 bytes.
#pragma once

#include <cuda_bf16.h>
#include <cuda_runtime.h>
#if !defined(__CUDACC__)
#include <mma.h>
#endif

#include "launch.cuh"

namespace shoal::tensor {

using Bf16 = __nv_bfloat16;

constexpr int kFragment = 16;

#if defined(__CUDACC__)

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
