// Tensor-core fragments as kernels/ uses them: 16 x 16 x 16, bfloat16 operands, float32 sums. Which lane
// holds which element is drawn from the seed, as no program may know it.
#pragma once

#include <array>

#include "cuda_bf16.h"
#include "cuda_device_functions.h"

namespace nvcuda::wmma {

struct row_major {};
struct matrix_a {};
struct matrix_b {};
struct accumulator {};
enum layout_t { mem_row_major };

template <class Use, int m, int n, int k, class T, class Layout = void>
struct fragment {
  static_assert(m == 16 && n == 16 && k == 16, "only this shape is emulated");
  static constexpr int num_elements = 8;
  T x[num_elements];
  const void* origin;  ///< where it was loaded from: the same for all lanes of a warp
};

}  // namespace nvcuda::wmma

namespace emulator {

using FragmentA =
    nvcuda::wmma::fragment<nvcuda::wmma::matrix_a, 16, 16, 16, __nv_bfloat16, nvcuda::wmma::row_major>;
using FragmentB =
    nvcuda::wmma::fragment<nvcuda::wmma::matrix_b, 16, 16, 16, __nv_bfloat16, nvcuda::wmma::row_major>;
using FragmentC = nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, 16, float>;

/// The element (row * 16 + column) that a lane keeps at a place of its fragment.
int element_of(int lane, int place);
/// Throws Misuse unless a warp may load or store such a matrix there.
void check_matrix(const void* address, unsigned stride, std::size_t element_bytes, Place place);
void multiply_fragments(FragmentC& d, const FragmentA& a, const FragmentB& b, const FragmentC& c,
                        Place place);

}  // namespace emulator

namespace nvcuda::wmma {

template <class Fragment, class T>
void fill_fragment(Fragment& fragment, T value) {
  for (auto& x : fragment.x) x = value;
}

template <class Use>
void load_matrix_sync(fragment<Use, 16, 16, 16, __nv_bfloat16, row_major>& to, const __nv_bfloat16* from,
                      unsigned stride, EMULATOR_HERE) {
  emulator::check_matrix(from, stride, sizeof(*from), {file, line});
  to.origin = from;
  for (int place = 0; place < 8; ++place) {
    const int element = emulator::element_of(emulator::current.rank % 32, place);
    to.x[place] = from[static_cast<unsigned>(element / 16) * stride + static_cast<unsigned>(element % 16)];
  }
}

inline void store_matrix_sync(float* to, const emulator::FragmentC& from, unsigned stride, layout_t,
                              EMULATOR_HERE) {
  emulator::check_matrix(to, stride, sizeof(*to), {file, line});
  for (int place = 0; place < 8; ++place) {
    const int element = emulator::element_of(emulator::current.rank % 32, place);
    to[static_cast<unsigned>(element / 16) * stride + static_cast<unsigned>(element % 16)] = from.x[place];
  }
}

inline void mma_sync(emulator::FragmentC& d, const emulator::FragmentA& a, const emulator::FragmentB& b,
                     const emulator::FragmentC& c, EMULATOR_HERE) {
  emulator::multiply_fragments(d, a, b, c, {file, line});
}

}  // namespace nvcuda::wmma
