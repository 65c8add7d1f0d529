// Fully connected: y[n,o] = act(bias[o] + sum_i w[o,i] x[n,i]). The product is cuBLAS's (products.hpp), with
// the sum over i split into a fixed number of parts, so that 25,088 inputs keep a GPU busy for few rows; here
// the parts are added up. The layer is bound by reading its weights; this kernel moves a few per cent of
// that. The CPU's layer is src/compute/fully_connected.cpp, whose sums have another order.
#include "elements.cuh"
#include "fully_connected.hpp"
#include "launch.cuh"

namespace shoal {

constexpr int kConnectedThreads = 256;

// ---- Naive: the whole layer, one thread for each output number.

/// x: (rows, in). weights: (out, in). bias: (out). to: (rows, out), `elements` in all.
template <class T>
__global__ void fully_connected_naive_kernel(const T* x, std::int64_t elements, std::int64_t in,
                                             const T* weights, const float* bias, std::int64_t out,
                                             bool with_relu, T* to) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const T* const row = x + at / out * in;
  const T* const w = weights + at % out * in;
  float sum = 0.0F;
  for (std::int64_t i = 0; i < in; ++i) sum = __fmaf_rn(to_float(w[i]), to_float(row[i]), sum);
  sum += bias[at % out];
  to[at] = from_float<T>(with_relu ? relu(sum) : sum);
}

// ---- Fast: eight outputs a thread.

/// partial: (splits, rows, out). bias: (out). to: (rows, out), `elements` in all.
template <class T>
__global__ void finish_fully_connected_kernel(const float* partial, int splits, std::int64_t elements,
                                              std::int64_t out, const float* bias, bool with_relu, T* to) {
  const std::int64_t at = grid_thread() * 8;
  if (at >= elements) return;
  Eight sums = load_eight(partial + at);
  for (int split = 1; split < splits; ++split) {
    const Eight more = load_eight(partial + split * elements + at);
    for (int i = 0; i < 8; ++i) sums.v[i] += more.v[i];
  }
  const Eight b = load_eight(bias + at % out);
  for (int i = 0; i < 8; ++i) {
    sums.v[i] += b.v[i];
    if (with_relu) sums.v[i] = relu(sums.v[i]);
  }
  store_eight(to + at, sums);
}

// ---- Launchers

template <class T>
void fully_connected_naive(const T* x, std::int64_t rows, std::int64_t in, const T* weights,
                           const float* bias, std::int64_t out, bool relu, T* to, Stream& stream) {
  if (rows * out == 0) return;
  launch(fully_connected_naive_kernel<T>, blocks_for(rows * out, kConnectedThreads), kConnectedThreads, 0,
         stream, x, rows * out, in, weights, bias, out, relu, to);
}

template <class T>
void finish_fully_connected(const float* partial, std::int64_t splits, std::int64_t rows, std::int64_t out,
                            const float* bias, bool relu, T* to, Stream& stream) {
  if (rows * out == 0) return;
  launch(finish_fully_connected_kernel<T>, blocks_for(rows * out / 8, kConnectedThreads), kConnectedThreads,
         0, stream, partial, static_cast<int>(splits), rows * out, out, bias, relu, to);
}

template void fully_connected_naive(const float*, std::int64_t, std::int64_t, const float*, const float*,
                                    std::int64_t, bool, float*, Stream&);
template void fully_connected_naive(const __nv_bfloat16*, std::int64_t, std::int64_t, const __nv_bfloat16*,
                                    const float*, std::int64_t, bool, __nv_bfloat16*, Stream&);
template void finish_fully_connected(const float*, std::int64_t, std::int64_t, std::int64_t, const float*,
                                     bool, float*, Stream&);
template void finish_fully_connected(const float*, std::int64_t, std::int64_t, std::int64_t, const float*,
                                     bool, __nv_bfloat16*, Stream&);

}  // namespace shoal
