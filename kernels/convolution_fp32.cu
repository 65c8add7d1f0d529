// Convolution in true float32, by the plain arithmetic units: tensor cores would round the operands to tf32.
// A block makes 128 pixels x 64 channels, a thread 8 x 4 of them, in steps of 8 input channels of one tap. 32
// fused multiply-adds per 3 vectors from shared memory keep the units busy; two buffers let the loads of a
// step overlap the arithmetic of the one before, with one barrier a step.
#include "convolution.hpp"
#include "elements.cuh"
#include "launch.cuh"

namespace shoal {

constexpr int kBlockPixels = 128;
constexpr int kBlockChannels = 64;
constexpr int kStep = 8;
constexpr int kThreads = 256;
constexpr int kOwnPixels = 8;
constexpr int kOwnChannels = 4;

/// One step's operands. Pixels lie along the rows of both, so that a thread reads its eight as two vectors;
/// four more columns spread what 16 threads store over all banks.
struct Operands {
  float x[kStep][kBlockPixels + 4];
  float w[kStep][kBlockChannels];
};

/// What one thread brings from global memory for a step: four channels of one pixel, two weights.
struct Fetched {
  float4 x;
  float w[2];
};

/// The pixel that a thread fetches.
struct Pixel {
  std::int64_t image_row;  ///< image * side: its first row among all rows of all images
  int row;
  int column;
  bool exists;
};

__device__ inline Pixel pixel_of(std::int64_t number, std::int64_t pixels, int side) {
  const std::int64_t rows = number / side;
  return {rows / side * side, static_cast<int>(rows % side), static_cast<int>(number % side),
          number < pixels};
}

__device__ inline Fetched fetch(const float* from, const float* weights, const Pixel& pixel, int side,
                                int channels, int out, int tap, int first) {
  Fetched fetched{make_float4(0.0F, 0.0F, 0.0F, 0.0F), {0.0F, 0.0F}};
  const int row = pixel.row + tap / 3 - 1;
  const int column = pixel.column + tap % 3 - 1;
  if (pixel.exists && row >= 0 && row < side && column >= 0 && column < side) {
    const int k = first + thread_number() % 2 * 4;
    fetched.x =
        *reinterpret_cast<const float4*>(from + ((pixel.image_row + row) * side + column) * channels + k);
  }
  const int o = static_cast<int>(blockIdx.y) * kBlockChannels + thread_number() % 32 * 2;
  if (o < out) {
    const float* const w =
        weights + (static_cast<std::int64_t>(tap) * channels + first + thread_number() / 32) * out;
    fetched.w[0] = w[o];
    fetched.w[1] = w[o + 1];
  }
  return fetched;
}

__device__ inline void put(Operands& to, const Fetched& fetched) {
  const int pixel = thread_number() / 2;
  const int k = thread_number() % 2 * 4;
  to.x[k][pixel] = fetched.x.x;
  to.x[k + 1][pixel] = fetched.x.y;
  to.x[k + 2][pixel] = fetched.x.z;
  to.x[k + 3][pixel] = fetched.x.w;
  const int o = thread_number() % 32 * 2;
  to.w[thread_number() / 32][o] = fetched.w[0];
  to.w[thread_number() / 32][o + 1] = fetched.w[1];
}

__device__ inline void multiply_add(const Operands& operands, float (&sums)[kOwnPixels][kOwnChannels]) {
  const int pixel = thread_number() / 16 * kOwnPixels;
  const int o = thread_number() % 16 * kOwnChannels;
#pragma unroll
  for (int k = 0; k < kStep; ++k) {
    const Eight x = load_eight(&operands.x[k][pixel]);
    const float4 w = *reinterpret_cast<const float4*>(&operands.w[k][o]);
#pragma unroll
    for (int i = 0; i < kOwnPixels; ++i) {
      sums[i][0] = __fmaf_rn(x.v[i], w.x, sums[i][0]);
      sums[i][1] = __fmaf_rn(x.v[i], w.y, sums[i][1]);
      sums[i][2] = __fmaf_rn(x.v[i], w.z, sums[i][2]);
      sums[i][3] = __fmaf_rn(x.v[i], w.w, sums[i][3]);
    }
  }
}

__device__ inline void finish(const float (&sums)[kOwnPixels][kOwnChannels], const float* bias,
                              std::int64_t pixels, int out, float* to) {
  const std::int64_t first =
      static_cast<std::int64_t>(blockIdx.x) * kBlockPixels + thread_number() / 16 * kOwnPixels;
  const int o = static_cast<int>(blockIdx.y) * kBlockChannels + thread_number() % 16 * kOwnChannels;
  if (o >= out) return;
  const float4 b = *reinterpret_cast<const float4*>(bias + o);
#pragma unroll
  for (int i = 0; i < kOwnPixels; ++i) {
    if (first + i >= pixels) return;
    *reinterpret_cast<float4*>(to + (first + i) * out + o) = make_float4(
        relu(sums[i][0] + b.x), relu(sums[i][1] + b.y), relu(sums[i][2] + b.z), relu(sums[i][3] + b.w));
  }
}

__global__ void __launch_bounds__(kThreads, 2)
    convolution_fp32_kernel(const float* from, std::int64_t pixels, int side, int channels,
                            const float* weights, const float* bias, int out, float* to) {
  Operands* const operands = shared_memory<Operands>(2);
  const Pixel pixel =
      pixel_of(static_cast<std::int64_t>(blockIdx.x) * kBlockPixels + thread_number() / 2, pixels, side);
  float sums[kOwnPixels][kOwnChannels] = {};
  put(operands[0], fetch(from, weights, pixel, side, channels, out, 0, 0));
  __syncthreads();
  const int steps_of_a_tap = channels / kStep;
  const int steps = 9 * steps_of_a_tap;
  int tap = 0;
  int first = 0;
  for (int step = 0; step < steps; ++step) {
    first += kStep;
    if (first == channels) {
      first = 0;
      ++tap;
    }
    const bool more = step + 1 < steps;
    Fetched next{};
    if (more) next = fetch(from, weights, pixel, side, channels, out, tap, first);
    multiply_add(operands[step % 2], sums);
    if (more) put(operands[(step + 1) % 2], next);
    __syncthreads();
  }
  finish(sums, bias, pixels, out, to);
}

void convolution(const float* from, const ImageShape& shape, const float* weights, const float* bias,
                 std::int64_t out, float* to, Stream& stream) {
  if (shape.pixels() * out == 0) return;
  const dim3 grid(blocks_for(shape.pixels(), kBlockPixels), blocks_for(out, kBlockChannels));
  launch(convolution_fp32_kernel, grid, kThreads, 2 * sizeof(Operands), stream, from, shape.pixels(),
         static_cast<int>(shape.side), static_cast<int>(shape.channels), weights, bias, static_cast<int>(out),
         to);
}

}  // namespace shoal
