// Convolution as it is defined: y[n,r,c,o] = max(0, bias[o] + sum over taps (i,j) and channels k of
//                                            w[i,j,k,o] x[n, r+i-1, c+j-1, k]), x being 0 outside the image.
// Images lie as image_shape.hpp says, and tap (i,j) has number 3 i + j. This is the plain reference of
// convolution_fp32.cu and convolution_bf16.cu; the CPU's convolutions are oneDNN's
// (src/compute/onednn_network.cpp).
// The fast kernel in float32 takes the same sums in the same order; that in bfloat16 takes (i,j) within a
// step of k.
#include "convolution.hpp"
#include "elements.cuh"
#include "launch.cuh"

namespace shoal {

/// from: (images, side, side, channels). weights: (9 taps, channels, out). bias: (out). to: (images, side,
/// side, out), `elements` in all.
template <class T>
__global__ void convolution_naive_kernel(const T* from, std::int64_t elements, int side, int channels,
                                         const T* weights, const float* bias, int out, T* to) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const int o = static_cast<int>(at % out);
  const int column = static_cast<int>(at / out % side);
  const int row = static_cast<int>(at / out / side % side);
  const std::int64_t image = at / out / side / side;
  float sum = 0.0F;
  for (int tap = 0; tap < 9; ++tap) {
    const int r = row + tap / 3 - 1;
    const int c = column + tap % 3 - 1;
    if (r < 0 || r >= side || c < 0 || c >= side) continue;
    const T* const x = from + ((image * side + r) * side + c) * channels;
    const T* const w = weights + static_cast<std::int64_t>(tap) * channels * out + o;
    for (int k = 0; k < channels; ++k) {
      sum = __fmaf_rn(to_float(x[k]), to_float(w[static_cast<std::int64_t>(k) * out]), sum);
    }
  }
  to[at] = from_float<T>(relu(sum + bias[o]));
}

template <class T>
void convolution_naive(const T* from, const ImageShape& shape, const T* weights, const float* bias,
                       std::int64_t out, T* to, Stream& stream) {
  constexpr int kThreads = 256;
  const std::int64_t elements = shape.pixels() * out;
  if (elements == 0) return;
  launch(convolution_naive_kernel<T>, blocks_for(elements, kThreads), kThreads, 0, stream, from, elements,
         static_cast<int>(shape.side), static_cast<int>(shape.channels), weights, bias, static_cast<int>(out),
         to);
}

template void convolution_naive(const float*, const ImageShape&, const float*, const float*, std::int64_t,
                                float*, Stream&);
template void convolution_naive(const __nv_bfloat16*, const ImageShape&, const __nv_bfloat16*, const float*,
                                std::int64_t, __nv_bfloat16*, Stream&);

}  // namespace shoal
