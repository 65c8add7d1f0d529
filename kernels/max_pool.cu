// Max pooling: y[n,r,c,k] = max of x[n, 2r .. 2r+1, 2c .. 2c+1, k]. Bound by memory: each input is read once,
// each output written once, and nothing is computed to speak of. The CPU's pools are
// oneDNN's (src/compute/onednn_network.cpp).
#include "elements.cuh"
#include "launch.cuh"
#include "max_pool.hpp"

namespace shoal {

// ---- Naive: one thread for each output number.

/// from: (images, side, side, channels). to: (images, side / 2, side / 2, channels), `elements` in all.
template <class T>
__global__ void max_pool_naive_kernel(const T* from, std::int64_t elements, int side, int channels, T* to) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const int half = side / 2;
  const int k = static_cast<int>(at % channels);
  const std::int64_t column = at / channels % half;
  const std::int64_t row = at / channels / half % half;
  const std::int64_t image = at / channels / half / half;
  const T* const corner = from + ((image * side + 2 * row) * side + 2 * column) * channels + k;
  const std::int64_t below = static_cast<std::int64_t>(side) * channels;
  const float above = larger(to_float(corner[0]), to_float(corner[channels]));
  to[at] = from_float<T>(larger(above, larger(to_float(corner[below]), to_float(corner[below + channels]))));
}

// ---- Fast: one thread for eight channels, so that loads and stores are 16 bytes wide.

__device__ inline Eight larger_of(const Eight& a, const Eight& b) {
  Eight result;
  for (int i = 0; i < 8; ++i) result.v[i] = larger(a.v[i], b.v[i]);
  return result;
}

/// from: (images, side, side, channels). to: (images, side / 2, side / 2, channels), `octets` of eight
/// channels in all.
template <class T>
__global__ void max_pool_kernel(const T* from, std::int64_t octets, int side, int channels, T* to) {
  const std::int64_t at = grid_thread();
  if (at >= octets) return;
  const int half = side / 2;
  const int per_pixel = channels / 8;
  const std::int64_t k = at % per_pixel * 8;
  const std::int64_t column = at / per_pixel % half;
  const std::int64_t row = at / per_pixel / half % half;
  const std::int64_t image = at / per_pixel / half / half;
  const T* const corner = from + ((image * side + 2 * row) * side + 2 * column) * channels + k;
  const std::int64_t below = static_cast<std::int64_t>(side) * channels;
  const Eight above = larger_of(load_eight(corner), load_eight(corner + channels));
  const Eight under = larger_of(load_eight(corner + below), load_eight(corner + below + channels));
  store_eight(to + at * 8, larger_of(above, under));
}

// ---- Launchers

static std::int64_t pooled_elements(const ImageShape& shape) {
  return shape.images * (shape.side / 2) * (shape.side / 2) * shape.channels;
}

template <class T>
void max_pool_naive(const T* from, const ImageShape& shape, T* to, Stream& stream) {
  constexpr int kThreads = 256;
  const std::int64_t elements = pooled_elements(shape);
  if (elements == 0) return;
  launch(max_pool_naive_kernel<T>, blocks_for(elements, kThreads), kThreads, 0, stream, from, elements,
         static_cast<int>(shape.side), static_cast<int>(shape.channels), to);
}

template <class T>
void max_pool(const T* from, const ImageShape& shape, T* to, Stream& stream) {
  constexpr int kThreads = 256;
  const std::int64_t octets = pooled_elements(shape) / 8;
  if (octets == 0) return;
  launch(max_pool_kernel<T>, blocks_for(octets, kThreads), kThreads, 0, stream, from, octets,
         static_cast<int>(shape.side), static_cast<int>(shape.channels), to);
}

template void max_pool(const float*, const ImageShape&, float*, Stream&);
template void max_pool(const __nv_bfloat16*, const ImageShape&, __nv_bfloat16*, Stream&);
template void max_pool_naive(const float*, const ImageShape&, float*, Stream&);
template void max_pool_naive(const __nv_bfloat16*, const ImageShape&, __nv_bfloat16*, Stream&);

}  // namespace shoal
