// First layer: y[n,r,c,o] = max(0, bias[o] + sum over taps (i,j) and planes p of
//                               w[i,j,p,o] table[p][pixel[n, r+i-1, c+j-1, channel[p]]]), 0 outside the
//                               image.
// It moves 3 bytes in and 4 or 2 bytes x channels out for each pixel, and computes 54 x channels operations:
// bound by writing in float32, by the multiplications, which stay in float32, in bfloat16. Reading bytes here
// saves a pass over normalised floats. The plain reference is the naive kernel below; the CPU makes planes of
// pixels first (src/compute/pixels.cpp), which oneDNN convolves (src/compute/onednn_network.cpp).
#include "elements.cuh"
#include "first_convolution.hpp"
#include "launch.cuh"

namespace shoal {

// The struct with the table travels as plain values: pointers that a launch is given are checked one by one.
struct PlaneChannels {
  int of[3];
};

/// The normalised value of plane p at (row, column) of an image, 0 outside. image: (side, side, 3). table:
/// (3 planes, 256).
__device__ inline float normalised(const std::uint8_t* image, const float* table,
                                   const PlaneChannels& channels, int side, int row, int column, int p) {
  if (row < 0 || row >= side || column < 0 || column >= side) return 0.0F;
  const std::int64_t at = (static_cast<std::int64_t>(row) * side + column) * 3 + channels.of[p];
  return table[p * 256 + image[at]];
}

// ---- Naive: one thread for each output number.

/// pixels: (images, side, side, 3). table: (3 planes, 256). weights: (9 taps, 3 planes, out). bias: (out).
/// to: (images, side, side, out), `elements` in all.
template <class T>
__global__ void first_convolution_naive_kernel(const std::uint8_t* pixels, const float* table,
                                               PlaneChannels channels, const float* weights,
                                               const float* bias, std::int64_t elements, int side, int out,
                                               T* to) {
  const std::int64_t at = grid_thread();
  if (at >= elements) return;
  const int o = static_cast<int>(at % out);
  const int column = static_cast<int>(at / out % side);
  const int row = static_cast<int>(at / out / side % side);
  const std::uint8_t* const image = pixels + at / out / side / side * side * side * 3;
  float sum = 0.0F;
  for (int tap = 0; tap < 9; ++tap) {
    for (int p = 0; p < 3; ++p) {
      const float x = normalised(image, table, channels, side, row + tap / 3 - 1, column + tap % 3 - 1, p);
      sum = __fmaf_rn(weights[(tap * 3 + p) * out + o], x, sum);
    }
  }
  to[at] = from_float<T>(relu(sum + bias[o]));
}

// ---- Fast: a block takes 8 x 16 pixels, a thread one pixel. The 27 inputs of a pixel stay in registers
// while all channels are made from them, eight at a time: every thread of a warp then reads the same weights
// from shared memory (one broadcast), and writes a whole sector of 32 bytes in float32, half of one in
// bfloat16.

constexpr int kTileRows = 8;
constexpr int kTileColumns = 16;
constexpr int kPatchColumns = kTileColumns + 2;
constexpr int kPatch = (kTileRows + 2) * kPatchColumns * 3;
constexpr int kTaps = 27;

/// pixels, table, weights, bias, to: as in the naive kernel. blockIdx.z is the image.
template <class T>
__global__ void __launch_bounds__(kTileRows* kTileColumns)
    first_convolution_kernel(const std::uint8_t* pixels, const float* table, PlaneChannels channels,
                             const float* weights, const float* bias, int side, int out, T* to) {
  float* const shared_weights = shared_memory<float>(static_cast<std::size_t>(kTaps * out + kPatch));
  float* const patch = shared_weights + kTaps * out;  // (kTileRows + 2, kPatchColumns, 3)
  const int top = static_cast<int>(blockIdx.y) * kTileRows;
  const int left = static_cast<int>(blockIdx.x) * kTileColumns;
  const std::int64_t image_pixels = static_cast<std::int64_t>(side) * side;
  const std::uint8_t* const image = pixels + blockIdx.z * image_pixels * 3;
  for (int i = thread_number(); i < kTaps * out; i += kTileRows * kTileColumns)
    shared_weights[i] = weights[i];
  for (int i = thread_number(); i < kPatch; i += kTileRows * kTileColumns) {
    patch[i] = normalised(image, table, channels, side, top - 1 + i / 3 / kPatchColumns,
                          left - 1 + i / 3 % kPatchColumns, i % 3);
  }
  __syncthreads();

  const int row = thread_number() / kTileColumns;
  const int column = thread_number() % kTileColumns;
  if (top + row >= side || left + column >= side) return;
  float inputs[kTaps];
#pragma unroll
  for (int i = 0; i < kTaps; ++i) {
    inputs[i] = patch[((row + i / 9) * kPatchColumns + column + i / 3 % 3) * 3 + i % 3];
  }
  T* const pixel =
      to + (blockIdx.z * image_pixels + static_cast<std::int64_t>(top + row) * side + left + column) * out;
  for (int o = 0; o < out; o += 8) {
    Eight sums{};
#pragma unroll
    for (int i = 0; i < kTaps; ++i) {
      const Eight w = load_eight(shared_weights + i * out + o);
#pragma unroll
      for (int j = 0; j < 8; ++j) sums.v[j] = __fmaf_rn(w.v[j], inputs[i], sums.v[j]);
    }
    const Eight b = load_eight(bias + o);
#pragma unroll
    for (int j = 0; j < 8; ++j) sums.v[j] = relu(sums.v[j] + b.v[j]);
    store_eight(pixel + o, sums);
  }
}

// ---- Without a convolution: pixels to planes, filled up to eight channels.

/// pixels: (count, 3). table: (3 planes, 256). to: (count, kChannelStep).
template <class T>
__global__ void normalise_pixels_kernel(const std::uint8_t* pixels, const float* table,
                                        PlaneChannels channels, std::int64_t count, T* to) {
  const std::int64_t pixel = grid_thread();
  if (pixel >= count) return;
  Eight values{};
  for (int p = 0; p < 3; ++p) values.v[p] = table[p * 256 + pixels[pixel * 3 + channels.of[p]]];
  store_eight(to + pixel * kChannelStep, values);
}

// ---- Launchers

static PlaneChannels channels_of(const PixelTable& table) {
  return {{table.channel[0], table.channel[1], table.channel[2]}};
}

template <class T>
void first_convolution_naive(const std::uint8_t* pixels, const PixelTable& table, const float* weights,
                             const float* bias, const ImageShape& shape, T* to, Stream& stream) {
  if (shape.elements() == 0) return;
  constexpr int kThreads = 256;
  launch(first_convolution_naive_kernel<T>, blocks_for(shape.elements(), kThreads), kThreads, 0, stream,
         pixels, table.values, channels_of(table), weights, bias, shape.elements(),
         static_cast<int>(shape.side), static_cast<int>(shape.channels), to);
}

template <class T>
void first_convolution(const std::uint8_t* pixels, const PixelTable& table, const float* weights,
                       const float* bias, const ImageShape& shape, T* to, Stream& stream) {
  if (shape.elements() == 0) return;
  const dim3 grid(blocks_for(shape.side, kTileColumns), blocks_for(shape.side, kTileRows),
                  static_cast<unsigned>(shape.images));
  const auto shared = static_cast<std::size_t>(kTaps * shape.channels + kPatch) * sizeof(float);
  launch(first_convolution_kernel<T>, grid, kTileRows * kTileColumns, shared, stream, pixels, table.values,
         channels_of(table), weights, bias, static_cast<int>(shape.side), static_cast<int>(shape.channels),
         to);
}

template <class T>
void normalise_pixels(const std::uint8_t* pixels, const PixelTable& table, const ImageShape& shape, T* to,
                      Stream& stream) {
  if (shape.pixels() == 0) return;
  constexpr int kThreads = 256;
  launch(normalise_pixels_kernel<T>, blocks_for(shape.pixels(), kThreads), kThreads, 0, stream, pixels,
         table.values, channels_of(table), shape.pixels(), to);
}

template void first_convolution(const std::uint8_t*, const PixelTable&, const float*, const float*,
                                const ImageShape&, float*, Stream&);
template void first_convolution(const std::uint8_t*, const PixelTable&, const float*, const float*,
                                const ImageShape&, __nv_bfloat16*, Stream&);
template void first_convolution_naive(const std::uint8_t*, const PixelTable&, const float*, const float*,
                                      const ImageShape&, float*, Stream&);
template void first_convolution_naive(const std::uint8_t*, const PixelTable&, const float*, const float*,
                                      const ImageShape&, __nv_bfloat16*, Stream&);
template void normalise_pixels(const std::uint8_t*, const PixelTable&, const ImageShape&, float*, Stream&);
template void normalise_pixels(const std::uint8_t*, const PixelTable&, const ImageShape&, __nv_bfloat16*,
                               Stream&);

}  // namespace shoal
