// Convolution on tensor cores: bfloat16 operands, float32 sums. As in convolution_fp32.cu,
//
//   y[m,o] = max(0, bias[o] + sum over q of X[m,q] w[q,o])
//
// for pixels m and q = (tap, input channel): (pixels, 9 channels) x (9 channels, out), where only tiles of X
// are ever put together, in shared memory. The plain reference is convolution_naive.cu, on the CPU oneDNN
// (src/compute/onednn_network.cpp).
//
// A block makes a tile of pixels x channels (tensor_tile.cuh). A step is 32 or 64 input channels of one tap;
// the nine taps of these channels follow each other, so that eight of them find nearly all their inputs in
// the multiprocessor's cache. Blocks that make other channels of the same pixels follow each other too, and
// find these in the L2 cache; the weights stay there all the time.
#include "convolution.hpp"
#include "elements.cuh"
#include "launch.cuh"
#include "tensor_tile.cuh"

namespace shoal {

namespace bf16 {

using tensor::Bf16;

/// The order of a layer's sums depends on its tile's step, and so on `out` alone.
using NarrowTile = tensor::Tile<256, 64, 64, 64, 64, 2, 2>;
using WideTile = tensor::Tile<256, 128, 64, 64, 32, 3, 1>;

constexpr tensor::Keep kKeepInputs = tensor::Keep::all;

struct Problem {
  std::int64_t pixels;
  int side;
  int channels;
  int out;
};

/// Bit 3 i + j: whether the neighbour at (i - 1, j - 1) of a pixel lies inside the image.
__device__ inline unsigned taps_inside(int row, int column, int side) {
  const unsigned across = (column > 0 ? 1U : 0U) | 2U | (column + 1 < side ? 4U : 0U);
  return (row > 0 ? across : 0U) | across << 3 | (row + 1 < side ? across << 6 : 0U);
}

/// The input channels of a step, from `channel` on, and the tap that they are read through.
struct Position {
  int tap = 0;
  int channel = 0;
};

__device__ inline Position after(const Position& position, int step) {
  return position.tap < 8 ? Position{position.tap + 1, position.channel}
                          : Position{0, position.channel + step};
}

/// Copies the inputs of the tile's pixels from first_pixel on.
template <class T>
class CopiesOfInputs {
 public:
  __device__ CopiesOfInputs(const Bf16* from, const Problem& problem, std::int64_t first_pixel)
      : from_(from),
        own_(from + (first_pixel + Own::row()) * problem.channels + Own::k()),
        side_(problem.side),
        channels_(problem.channels) {
    const int image = side_ * side_;
    const int begin = static_cast<int>(first_pixel % image) + Own::row();
    const std::int64_t left = problem.pixels - first_pixel - Own::row();
#pragma unroll
    for (int i = 0; i < Own::kCount; ++i) {
      const int place = (begin + i * Own::kPass) % image;
      taps_[i] = i * Own::kPass < left ? taps_inside(place / side_, place % side_, side_) : 0U;
    }
  }

  __device__ void copy(const Position& position, typename T::Stage& to) const {
    const int neighbour = (position.tap / 3 - 1) * side_ + position.tap % 3 - 1;
    const Bf16* const at = own_ + static_cast<std::int64_t>(neighbour) * channels_ + position.channel;
    const unsigned bit = position.channel + Own::k() < channels_ ? 1U << position.tap : 0U;
#pragma unroll
    for (int i = 0; i < Own::kCount; ++i) {
      const bool inside = (taps_[i] & bit) != 0;
      const Bf16* const x = at + static_cast<std::int64_t>(i * Own::kPass) * channels_;
      tensor::copy_vector<kKeepInputs>(Own::place(to, i), inside ? x : from_, inside);
    }
  }

 private:
  using Own = tensor::OwnX<T>;

  const Bf16* from_;
  const Bf16* own_;  ///< of the first own pixel; the others follow at equal distances
  unsigned taps_[tensor::sized(Own::kCount)];
  int side_;
  int channels_;
};

/// Eight channels a thread of 16 pixels' sums, with bias and ReLU, to global memory.
template <class T>
__device__ void finish(const typename T::Sums& sums, typename T::Shared& shared, const float* bias,
                       const Problem& problem, std::int64_t first_pixel, int first_channel, Bf16* to) {
  constexpr int kLanes = T::kWarpColumns / tensor::kVector;  // that share a pixel
  const int k = lane_number() % kLanes * tensor::kVector;
  const int o = first_channel + T::warp_column() + k;
  Eight b{};
  if (o < problem.out) b = load_eight(bias + o);
  tensor::drain<T>(sums, shared, [&](int row, const float* rows) {
#pragma unroll
    for (int i = lane_number() / kLanes; i < tensor::kFragment; i += kWarp / kLanes) {
      const std::int64_t pixel = first_pixel + row + i;
      if (o >= problem.out || pixel >= problem.pixels) continue;
      Eight y = load_eight(rows + i * T::kRowSums + k);
      for (int v = 0; v < tensor::kVector; ++v) y.v[v] = relu(y.v[v] + b.v[v]);
      store_eight(to + pixel * problem.out + o, y);
    }
  });
}

}  // namespace bf16

/// from: (pixels, channels), pixels being (images, side, side). weights: (9 taps, channels, out). bias:
/// (out). to: (pixels, out).
template <class T>
__global__ void __launch_bounds__(T::kThreads, T::kBlocks)
    convolution_bf16_kernel(const tensor::Bf16* from, bf16::Problem problem, const tensor::Bf16* weights,
                            const float* bias, tensor::Bf16* to) {
  auto& shared = *shared_memory<typename T::Shared>(1);
  const int across = (problem.out + T::kColumns - 1) / T::kColumns;
  const int block = static_cast<int>(blockIdx.x);
  const std::int64_t first_pixel = static_cast<std::int64_t>(block / across) * T::kRows;
  const int first_channel = block % across * T::kColumns;
  bf16::CopiesOfInputs<T> inputs(from, problem, first_pixel);
  tensor::CopiesOfW<T> of_weights(weights, problem.out, first_channel);
  bf16::Position position;
  const auto copy = [&](typename T::Stage& stage) {
    inputs.copy(position, stage);
    of_weights.copy(position.tap * problem.channels + position.channel, problem.channels - position.channel,
                    stage);
    position = bf16::after(position, T::kStep);
  };
  typename T::Sums sums;
  tensor::multiply<T>(9 * ((problem.channels + T::kStep - 1) / T::kStep), shared, copy, sums);
  bf16::finish<T>(sums, shared, bias, problem, first_pixel, first_channel, to);
}

template <class T>
static void convolution_by(const tensor::Bf16* from, const bf16::Problem& problem,
                           const tensor::Bf16* weights, const float* bias, tensor::Bf16* to, Stream& stream) {
  const unsigned blocks = blocks_for(problem.pixels, T::kRows) * blocks_for(problem.out, T::kColumns);
  launch(convolution_bf16_kernel<T>, blocks, T::kThreads, sizeof(typename T::Shared), stream, from, problem,
         weights, bias, to);
}

void convolution(const tensor::Bf16* from, const ImageShape& shape, const tensor::Bf16* weights,
                 const float* bias, std::int64_t out, tensor::Bf16* to, Stream& stream) {
  if (shape.pixels() * out == 0) return;
  const bf16::Problem problem{shape.pixels(), static_cast<int>(shape.side), static_cast<int>(shape.channels),
                              static_cast<int>(out)};
  out <= bf16::NarrowTile::kColumns
      ? convolution_by<bf16::NarrowTile>(from, problem, weights, bias, to, stream)
      : convolution_by<bf16::WideTile>(from, problem, weights, bias, to, stream);
}

}  // namespace shoal
