// The first layer of a network, straight from pixels.
#pragma once

#include <cuda_bf16.h>

#include <cstdint>

#include "image_shape.hpp"
#include "stream.hpp"

namespace shoal {

/// Values of a normalised plane, by what the pixel's channel holds: (3, 256), and the channel of each plane.
struct PixelTable {
  const float* values = nullptr;  ///< device, (3, 256)
  int channel[3] = {0, 1, 2};
};

/// 3 x 3 convolution, padding 1, bias, ReLU, of normalised pixels. All pointers are to device memory.
/// pixels: (images, side, side, 3). weights: (9 taps, 3 planes, channels). bias: (channels).
/// to: shape.images x shape.side x shape.side x shape.channels; channels is a multiple of kChannelStep.
template <class T>
void first_convolution(const std::uint8_t* pixels, const PixelTable& table, const float* weights,
                       const float* bias, const ImageShape& shape, T* to, Stream& stream);
/// The same by one thread for each number, for tests and to read first.
template <class T>
void first_convolution_naive(const std::uint8_t* pixels, const PixelTable& table, const float* weights,
                             const float* bias, const ImageShape& shape, T* to, Stream& stream);

/// to: (images, side, side, kChannelStep): the three normalised planes, then zeros. For networks that begin
/// with another layer.
template <class T>
void normalise_pixels(const std::uint8_t* pixels, const PixelTable& table, const ImageShape& shape, T* to,
                      Stream& stream);

}  // namespace shoal
