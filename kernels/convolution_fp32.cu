// Convolution in true float32, by the plain arithmetic units: tensor cores would round the operands to tf32.
// It is the matrix product (pixels, 9 channels) x (9 channels, out), with bias and ReLU:
//
//   y[m,o] = max(0, bias[o] + sum over q of X[m,q] w[q,o]),
//
// where m = (n side + r) side + c numbers the pixels of all images, q = (3 i + j) channels + k the taps (i,j)
// and input channels k, and X[m,q] = x[n, r+i-1, c+j-1, k], 0 outside the image, is read where x has it. The
// plain reference is convolution_naive.cu, on the CPU oneDNN (src/compute/onednn_network.cpp).
//
// A block makes 128 pixels x 128 channels (64 where there are no more), a thread 8 x 8 of them, in steps of 8
// input channels of one tap. 64 fused multiply-adds per 4 vectors from shared memory keep the units busy; two
// buffers let the loads of a step overlap the arithmetic of the one before, with one barrier a step. A sum is
// taken in the same order whatever the block.
#include "convolution.hpp"
#include "elements.cuh"
#include "launch.cuh"

namespace shoal {

constexpr int kBlockPixels = 128;
constexpr int kGroup = 64;  ///< channels; a block has one or two such groups
template <std::size_t groups>
constexpr int kWide = static_cast<int>(groups) * kGroup;
constexpr int kStep = 8;
constexpr int kThreads = 256;
constexpr int kOwnPixels = 8;
constexpr int kOwnChannels = 4;  ///< of each group

/// One step's operands. Pixels lie along the rows of both, so that a thread reads its eight as two vectors;
/// four more columns spread what 16 threads store over all banks.
template <std::size_t groups>
struct Operands {
  float x[kStep][kBlockPixels + 4];
  float w[groups][kStep][kGroup];
};

/// What one thread brings from global memory for a step: four channels of one pixel, two weights of each
/// group.
template <std::size_t groups>
struct Fetched {
  float4 x;
  float2 w[groups];
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

template <std::size_t groups>
__device__ Fetched<groups> fetch(const float* from, const float* weights, const Pixel& pixel, int side,
                                 int channels, int out, int tap, int first) {
  Fetched<groups> fetched{};
  const int row = pixel.row + tap / 3 - 1;
  const int column = pixel.column + tap % 3 - 1;
  if (pixel.exists && row >= 0 && row < side && column >= 0 && column < side) {
    const int k = first + thread_number() % 2 * 4;
    fetched.x =
        *reinterpret_cast<const float4*>(from + ((pixel.image_row + row) * side + column) * channels + k);
  }
  int o = static_cast<int>(blockIdx.y) * kWide<groups> + thread_number() % 32 * 2;
  const float* const w =
      weights + (static_cast<std::int64_t>(tap) * channels + first + thread_number() / 32) * out;
#pragma unroll
  for (std::size_t g = 0; g < groups; ++g, o += kGroup) {
    if (o < out) fetched.w[g] = *reinterpret_cast<const float2*>(w + o);
  }
  return fetched;
}

template <std::size_t groups>
__device__ void put(Operands<groups>& to, const Fetched<groups>& fetched) {
  const int pixel = thread_number() / 2;
  const int k = thread_number() % 2 * 4;
  to.x[k][pixel] = fetched.x.x;
  to.x[k + 1][pixel] = fetched.x.y;
  to.x[k + 2][pixel] = fetched.x.z;
  to.x[k + 3][pixel] = fetched.x.w;
  const int o = thread_number() % 32 * 2;
#pragma unroll
  for (std::size_t g = 0; g < groups; ++g) {
    *reinterpret_cast<float2*>(&to.w[g][thread_number() / 32][o]) = fetched.w[g];
  }
}

template <std::size_t groups>
using Sums = float[groups][kOwnPixels][kOwnChannels];

template <std::size_t groups>
__device__ void multiply_add(const Operands<groups>& operands, Sums<groups>& sums) {
  const int pixel = thread_number() / 16 * kOwnPixels;
  const int o = thread_number() % 16 * kOwnChannels;
#pragma unroll
  for (int k = 0; k < kStep; ++k) {
    const Eight x = load_eight(&operands.x[k][pixel]);
#pragma unroll
    for (std::size_t g = 0; g < groups; ++g) {
      const float4 w = *reinterpret_cast<const float4*>(&operands.w[g][k][o]);
#pragma unroll
      for (int i = 0; i < kOwnPixels; ++i) {
        sums[g][i][0] = __fmaf_rn(x.v[i], w.x, sums[g][i][0]);
        sums[g][i][1] = __fmaf_rn(x.v[i], w.y, sums[g][i][1]);
        sums[g][i][2] = __fmaf_rn(x.v[i], w.z, sums[g][i][2]);
        sums[g][i][3] = __fmaf_rn(x.v[i], w.w, sums[g][i][3]);
      }
    }
  }
}

/// One group's, which begins at first_channel.
__device__ inline void finish(const float (&sums)[kOwnPixels][kOwnChannels], const float* bias,
                              std::int64_t pixels, int first_channel, int out, float* to) {
  const std::int64_t first =
      static_cast<std::int64_t>(blockIdx.x) * kBlockPixels + thread_number() / 16 * kOwnPixels;
  const int o = first_channel + thread_number() % 16 * kOwnChannels;
  if (o >= out) return;
  const float4 b = *reinterpret_cast<const float4*>(bias + o);
#pragma unroll
  for (int i = 0; i < kOwnPixels; ++i) {
    if (first + i >= pixels) return;
    *reinterpret_cast<float4*>(to + (first + i) * out + o) = make_float4(
        relu(sums[i][0] + b.x), relu(sums[i][1] + b.y), relu(sums[i][2] + b.z), relu(sums[i][3] + b.w));
  }
}

/// from: (pixels, channels), pixels being (images, side, side). weights: (9 taps, channels, out). bias:
/// (out). to: (pixels, out).
template <std::size_t groups>
__global__ void __launch_bounds__(kThreads, 2)
    convolution_fp32_kernel(const float* from, std::int64_t pixels, int side, int channels,
                            const float* weights, const float* bias, int out, float* to) {
  auto* const operands = shared_memory<Operands<groups>>(2);
  const Pixel pixel =
      pixel_of(static_cast<std::int64_t>(blockIdx.x) * kBlockPixels + thread_number() / 2, pixels, side);
  Sums<groups> sums = {};
  put(operands[0], fetch<groups>(from, weights, pixel, side, channels, out, 0, 0));
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
    Fetched<groups> next{};
    if (more) next = fetch<groups>(from, weights, pixel, side, channels, out, tap, first);
    multiply_add(operands[step % 2], sums);
    if (more) put(operands[(step + 1) % 2], next);
    __syncthreads();
  }
#pragma unroll
  for (std::size_t g = 0; g < groups; ++g) {
    const int first_channel = static_cast<int>(blockIdx.y) * kWide<groups> + static_cast<int>(g) * kGroup;
    finish(sums[g], bias, pixels, first_channel, out, to);
  }
}

template <std::size_t groups>
static void convolution_by(const float* from, const ImageShape& shape, const float* weights,
                           const float* bias, std::int64_t out, float* to, Stream& stream) {
  const dim3 grid(blocks_for(shape.pixels(), kBlockPixels), blocks_for(out, kWide<groups>));
  launch(convolution_fp32_kernel<groups>, grid, kThreads, 2 * sizeof(Operands<groups>), stream, from,
         shape.pixels(), static_cast<int>(shape.side), static_cast<int>(shape.channels), weights, bias,
         static_cast<int>(out), to);
}

void convolution(const float* from, const ImageShape& shape, const float* weights, const float* bias,
                 std::int64_t out, float* to, Stream& stream) {
  if (shape.pixels() * out == 0) return;
  out <= kGroup ? convolution_by<1>(from, shape, weights, bias, out, to, stream)
                : convolution_by<2>(from, shape, weights, bias, out, to, stream);
}

}  // namespace shoal
