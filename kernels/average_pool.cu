// Adaptive average pooling: y[n,i,j,k] = mean of x[n, r, c, k] over rows floor(i s / side) .. ceil((i+1) s /
// side) and columns likewise, s being the side of x; and the transposition from (row, column, channel) to
// (channel, row, column). Both are a thousandth of a network's time: the plain kernel is the only one. The
// CPU's average is adaptive_average_pool of src/compute/pixels.cpp, the same sums over planes.
#include "average_pool.hpp"
#include "elements.cuh"
#include "launch.cuh"

namespace shoal {

__device__ inline std::int64_t window_begin(std::int64_t cell, std::int64_t n, std::int64_t side) {
  return cell * n / side;
}
__device__ inline std::int64_t window_end(std::int64_t cell, std::int64_t n, std::int64_t side) {
  return ((cell + 1) * n + side - 1) / side;
}

/// One thread for each output number; neighbours read neighbouring channels. from: (images, n, n, channels).
/// to: (images, side, side, channels), `elements` in all.
template <class T>
__global__ void adaptive_average_pool_kernel(const T* from, std::int64_t elements, std::int64_t n,
                                             std::int64_t channels, std::int64_t side, T* to) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const std::int64_t k = at % channels;
  const std::int64_t j = at / channels % side;
  const std::int64_t i = at / channels / side % side;
  const T* const image = from + at / channels / side / side * n * n * channels + k;
  double sum = 0.0;
  std::int64_t count = 0;
  for (std::int64_t r = window_begin(i, n, side); r < window_end(i, n, side); ++r) {
    for (std::int64_t c = window_begin(j, n, side); c < window_end(j, n, side); ++c, ++count) {
      sum += static_cast<double>(to_float(image[(r * n + c) * channels]));
    }
  }
  to[at] = from_float<T>(static_cast<float>(sum / static_cast<double>(count)));
}

/// One thread for each output number. Reads are spread out, but all of an image's lie in the L2 cache. from:
/// (images, n, n, channels). to: (images, kept, n, n), `elements` in all.
template <class T>
__global__ void to_planes_kernel(const T* from, std::int64_t elements, std::int64_t n, std::int64_t channels,
                                 std::int64_t kept, float* to) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const std::int64_t pixel = at % (n * n);
  const std::int64_t k = at / (n * n) % kept;
  const std::int64_t image = at / (n * n) / kept;
  to[at] = to_float(from[(image * n * n + pixel) * channels + k]);
}

constexpr int kThreads = 256;

template <class T>
void adaptive_average_pool(const T* from, const ImageShape& shape, std::int64_t side, T* to, Stream& stream) {
  const std::int64_t elements = shape.images * side * side * shape.channels;
  if (elements == 0) return;
  launch(adaptive_average_pool_kernel<T>, blocks_for(elements, kThreads), kThreads, 0, stream, from, elements,
         shape.side, shape.channels, side, to);
}

template <class T>
void to_planes(const T* from, const ImageShape& shape, std::int64_t kept, float* to, Stream& stream) {
  const std::int64_t elements = shape.pixels() * kept;
  if (elements == 0) return;
  launch(to_planes_kernel<T>, blocks_for(elements, kThreads), kThreads, 0, stream, from, elements, shape.side,
         shape.channels, kept, to);
}

template void adaptive_average_pool(const float*, const ImageShape&, std::int64_t, float*, Stream&);
template void adaptive_average_pool(const __nv_bfloat16*, const ImageShape&, std::int64_t, __nv_bfloat16*,
                                    Stream&);
template void to_planes(const float*, const ImageShape&, std::int64_t, float*, Stream&);
template void to_planes(const __nv_bfloat16*, const ImageShape&, std::int64_t, float*, Stream&);

}  // namespace shoal
