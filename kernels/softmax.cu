// Softmax: p[n,i] = exp(x[n,i] - m) / sum_j exp(x[n,j] - m), m = max_j x[n,j], in double. One block a row,
// once a tile: its time does not count, so one thread adds up in the order of columns, which gives the CPU's
// bits (src/compute/softmax.cpp).
#include "fully_connected.hpp"
#include "launch.cuh"

namespace shoal {

constexpr int kSoftmaxThreads = 256;
constexpr double kLn2High =
    6.93147180369123816490e-01;  // 20 trailing zero bits: its product with an integer is exact
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kLog2E = 1.44269504088896341;

/// e^x for x <= 0 by reduction to |r| <= ln 2 / 2 and fourteen terms of the series: the operations of
/// base/deterministic_math.cpp, so that no library's rounding decides.
__device__ inline double exp_of(double x) {
  if (!(x >= -708.0)) return 0.0;
  const double exponent = floor(x * kLog2E + 0.5);
  const double r = (x - exponent * kLn2High) - exponent * kLn2Low;
  double series = 1.0;
  for (int k = 14; k >= 1; --k) series = 1.0 + series * r / k;
  return ldexp(series, static_cast<int>(exponent));
}

__device__ inline float largest_of_warp(float x) {
  for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
    const float other = __shfl_xor_sync(kWholeWarp, x, lanes);
    x = other > x ? other : x;
  }
  return x;
}

/// values: (rows, stride), of which the first `columns` of each row are read and replaced.
__global__ void softmax_kernel(float* values, int columns, std::int64_t stride) {
  double* const powers =
      shared_memory<double>(static_cast<std::size_t>(columns) + 1 + kSoftmaxThreads / kWarp);
  double* const sum = powers + columns;
  double* const of_warps = sum + 1;
  float* const row = values + blockIdx.x * stride;
  float largest = row[0];
  for (int i = thread_number(); i < columns; i += kSoftmaxThreads)
    largest = row[i] > largest ? row[i] : largest;
  largest = largest_of_warp(largest);
  if (lane_number() == 0) of_warps[warp_number()] = static_cast<double>(largest);
  __syncthreads();
  double m = of_warps[0];
  for (int warp = 1; warp < kSoftmaxThreads / kWarp; ++warp) m = of_warps[warp] > m ? of_warps[warp] : m;
  for (int i = thread_number(); i < columns; i += kSoftmaxThreads)
    powers[i] = exp_of(static_cast<double>(row[i]) - m);
  __syncthreads();
  if (thread_number() == 0) {
    double all = 0.0;
    for (int i = 0; i < columns; ++i) all += powers[i];
    *sum = all;
  }
  __syncthreads();
  for (int i = thread_number(); i < columns; i += kSoftmaxThreads)
    row[i] = static_cast<float>(powers[i] / *sum);
}

void softmax(float* values, std::int64_t rows, std::int64_t columns, std::int64_t stride, Stream& stream) {
  if (rows * columns == 0) return;
  const auto shared = static_cast<std::size_t>(columns + 1 + kSoftmaxThreads / kWarp) * sizeof(double);
  launch(softmax_kernel, static_cast<unsigned>(rows), kSoftmaxThreads, shared, stream, values,
         static_cast<int>(columns), stride);
}

}  // namespace shoal
