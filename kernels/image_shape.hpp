// The shape of activations: images, row, column, channel (NHWC), so that a pixel's channels are consecutive.
#pragma once

#include <cstdint>

namespace shoal {

/// Channels are filled up with zeros to a multiple of this: 16 bytes of bfloat16.
constexpr std::int64_t kChannelStep = 8;

constexpr std::int64_t filled_up(std::int64_t count, std::int64_t step) {
  return (count + step - 1) / step * step;
}

/// images x side x side x channels.
struct ImageShape {
  std::int64_t images = 0;
  std::int64_t side = 0;
  std::int64_t channels = 0;
  [[nodiscard]] constexpr std::int64_t pixels() const { return images * side * side; }
  [[nodiscard]] constexpr std::int64_t elements() const { return pixels() * channels; }
  friend bool operator==(const ImageShape&, const ImageShape&) = default;
};

/// A convolution from images of this shape to `out` channels, all filled up.
struct ConvolutionShape {
  ImageShape from;
  std::int64_t out = 0;
  [[nodiscard]] constexpr ImageShape to() const { return {from.images, from.side, out}; }
  friend bool operator==(const ConvolutionShape&, const ConvolutionShape&) = default;
};

}  // namespace shoal
