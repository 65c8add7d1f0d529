// Convolution on tensor cores: bfloat16 operands, float32 sums. A block of eight warps makes 128 pixels x 64
// channels in steps of 32 (tap, channel) pairs; a warp makes 32 x 32 of them, as 2 x 2 fragments. A step may
// span two taps where channels are no multiple of 32: each vector of eight channels finds its own tap. Two
// buffers let the loads of a step overlap the products of the one before. The sums pass through shared memory
// once, because nobody may know which lane of a fragment holds which number, and bias needs the channel.
#include <mma.h>

#include "convolution.hpp"
#include "elements.cuh"
#include "launch.cuh"

namespace shoal {

namespace wmma = nvcuda::wmma;
using Bf16 = __nv_bfloat16;

namespace bf16 {

constexpr int kBlockPixels = 128;
constexpr int kBlockChannels = 64;
constexpr int kStep = 32;
constexpr int kThreads = 256;
constexpr int kFragment = 16;
// Rows are eight numbers longer than needed: a fragment's rows then begin in different banks.
constexpr int kRowX = kStep + 8;
constexpr int kRowW = kBlockChannels + 8;
constexpr int kRowY = kBlockChannels + 8;

struct Operands {
  alignas(32) Bf16 x[kBlockPixels * kRowX];
  alignas(32) Bf16 w[kStep * kRowW];
};
/// Operands while sums are made, the sums afterwards.
union Shared {
  Operands operands[2];
  alignas(32) float sums[kBlockPixels * kRowY];
};

using FragmentX = wmma::fragment<wmma::matrix_a, 16, 16, 16, Bf16, wmma::row_major>;
using FragmentW = wmma::fragment<wmma::matrix_b, 16, 16, 16, Bf16, wmma::row_major>;
using Sums = wmma::fragment<wmma::accumulator, 16, 16, 16, float>;

/// What one thread brings from global memory for a step.
struct Fetched {
  EightBf16 x[2];
  EightBf16 w;
};

struct Problem {
  std::int64_t pixels;
  int side;
  int channels;
  int out;
};

/// The pixel whose inputs a thread fetches.
struct Pixel {
  std::int64_t image_row;
  int row;
  int column;
  bool exists;
};

__device__ inline Pixel own_pixel(const Problem& problem) {
  const std::int64_t number = static_cast<std::int64_t>(blockIdx.x) * kBlockPixels + thread_number() / 2;
  const std::int64_t rows = number / problem.side;
  return {rows / problem.side * problem.side, static_cast<int>(rows % problem.side),
          static_cast<int>(number % problem.side), number < problem.pixels};
}

/// Channels pair % channels .. + 8 of the pixel that tap pair / channels looks at; zeros outside the image.
__device__ inline EightBf16 fetch_inputs(const Bf16* from, const Pixel& pixel, const Problem& problem,
                                         int pair) {
  const int tap = pair / problem.channels;
  const int row = pixel.row + tap / 3 - 1;
  const int column = pixel.column + tap % 3 - 1;
  const bool inside =
      pixel.exists && tap < 9 && row >= 0 && row < problem.side && column >= 0 && column < problem.side;
  if (!inside) return EightBf16{};
  const std::int64_t at = ((pixel.image_row + row) * problem.side + column) * problem.channels;
  return *reinterpret_cast<const EightBf16*>(from + at + pair % problem.channels);
}

__device__ inline EightBf16 fetch_weights(const Bf16* weights, const Problem& problem, int pair, int o) {
  if (pair >= 9 * problem.channels || o >= problem.out) return EightBf16{};
  return *reinterpret_cast<const EightBf16*>(weights + static_cast<std::int64_t>(pair) * problem.out + o);
}

__device__ inline Fetched fetch(const Bf16* from, const Bf16* weights, const Pixel& pixel,
                                const Problem& problem, int first) {
  const int pair = first + thread_number() % 2 * 16;
  const int o = static_cast<int>(blockIdx.y) * kBlockChannels + thread_number() % 8 * 8;
  return {{fetch_inputs(from, pixel, problem, pair), fetch_inputs(from, pixel, problem, pair + 8)},
          fetch_weights(weights, problem, first + thread_number() / 8, o)};
}

__device__ inline void put(Operands& to, const Fetched& fetched) {
  Bf16* const x = to.x + thread_number() / 2 * kRowX + thread_number() % 2 * 16;
  reinterpret_cast<EightBf16*>(x)[0] = fetched.x[0];
  reinterpret_cast<EightBf16*>(x)[1] = fetched.x[1];
  *reinterpret_cast<EightBf16*>(to.w + thread_number() / 8 * kRowW + thread_number() % 8 * 8) = fetched.w;
}

/// Warps lie 4 down the pixels, 2 across the channels.
__device__ inline int warp_pixel() { return warp_number() / 2 * 32; }
__device__ inline int warp_channel() { return warp_number() % 2 * 32; }

__device__ inline void multiply_add(const Operands& operands, Sums (&sums)[2][2]) {
#pragma unroll
  for (int k = 0; k < kStep; k += kFragment) {
    FragmentX x[2];
    FragmentW w[2];
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      wmma::load_matrix_sync(x[i], operands.x + (warp_pixel() + i * kFragment) * kRowX + k, kRowX);
      wmma::load_matrix_sync(w[i], operands.w + k * kRowW + warp_channel() + i * kFragment, kRowW);
    }
#pragma unroll
    for (int i = 0; i < 2; ++i) {
#pragma unroll
      for (int j = 0; j < 2; ++j) wmma::mma_sync(sums[i][j], x[i], w[j], sums[i][j]);
    }
  }
}

/// Sums to shared memory, then eight channels a thread with bias and ReLU to global memory.
__device__ inline void finish(const Sums (&sums)[2][2], float* shared, const float* bias,
                              const Problem& problem, Bf16* to) {
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) {
      float* const corner = shared + (warp_pixel() + i * kFragment) * kRowY + warp_channel() + j * kFragment;
      wmma::store_matrix_sync(corner, sums[i][j], kRowY, wmma::mem_row_major);
    }
  }
  __syncthreads();
  for (int at = thread_number(); at < kBlockPixels * kBlockChannels / 8; at += kThreads) {
    const int k = at % (kBlockChannels / 8) * 8;
    const int o = static_cast<int>(blockIdx.y) * kBlockChannels + k;
    const int row = at / (kBlockChannels / 8);
    const std::int64_t pixel = static_cast<std::int64_t>(blockIdx.x) * kBlockPixels + row;
    if (o >= problem.out || pixel >= problem.pixels) continue;
    Eight y = load_eight(shared + row * kRowY + k);
    const Eight b = load_eight(bias + o);
    for (int i = 0; i < 8; ++i) y.v[i] = relu(y.v[i] + b.v[i]);
    store_eight(to + pixel * problem.out + o, y);
  }
}

}  // namespace bf16

__global__ void __launch_bounds__(bf16::kThreads, 2)
    convolution_bf16_kernel(const Bf16* from, bf16::Problem problem, const Bf16* weights, const float* bias,
                            Bf16* to) {
  using namespace bf16;
  Shared* const shared = shared_memory<Shared>(1);
  const Pixel pixel = own_pixel(problem);
  Sums sums[2][2];
  for (auto& row : sums) {
    for (auto& fragment : row) wmma::fill_fragment(fragment, 0.0F);
  }
  put(shared->operands[0], fetch(from, weights, pixel, problem, 0));
  __syncthreads();
  const int steps = (9 * problem.channels + kStep - 1) / kStep;
  for (int step = 0; step < steps; ++step) {
    const bool more = step + 1 < steps;
    Fetched next{};
    if (more) next = fetch(from, weights, pixel, problem, (step + 1) * kStep);
    multiply_add(shared->operands[step % 2], sums);
    if (more) put(shared->operands[(step + 1) % 2], next);
    __syncthreads();
  }
  finish(sums, shared->sums, bias, problem, to);
}

void convolution(const Bf16* from, const ImageShape& shape, const Bf16* weights, const float* bias,
                 std::int64_t out, Bf16* to, Stream& stream) {
  if (shape.pixels() * out == 0) return;
  const bf16::Problem problem{shape.pixels(), static_cast<int>(shape.side), static_cast<int>(shape.channels),
                              static_cast<int>(out)};
  const dim3 grid(blocks_for(shape.pixels(), bf16::kBlockPixels), blocks_for(out, bf16::kBlockChannels));
  launch(convolution_bf16_kernel, grid, bf16::kThreads, sizeof(bf16::Shared), stream, from, problem, weights,
         bias, to);
}

}  // namespace shoal
