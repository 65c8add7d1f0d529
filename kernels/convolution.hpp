// 3 x 3 convolutions of ours, as implicit matrix products: one row for each output pixel, one column for each
// output channel, and for the sum (tap, input channel) pairs that are never written down as a matrix.
#pragma once

#include <cuda_bf16.h>

#include "image_shape.hpp"
#include "stream.hpp"

namespace shoal {

/// y = max(0, conv(x) + bias), padding 1. All pointers are to device memory, all channels multiples of
/// kChannelStep. from: shape. weights: (9 taps, shape.channels, out). bias: (out) floats. to: (images, side,
/// side, out).
void convolution(const float* from, const ImageShape& shape, const float* weights, const float* bias,
                 std::int64_t out, float* to, Stream& stream);
void convolution(const __nv_bfloat16* from, const ImageShape& shape, const __nv_bfloat16* weights,
                 const float* bias, std::int64_t out, __nv_bfloat16* to, Stream& stream);

/// The same by one thread for each number, summed in float32 for either type.
template <class T>
void convolution_naive(const T* from, const ImageShape& shape, const T* weights, const float* bias,
                       std::int64_t out, T* to, Stream& stream);

}  // namespace shoal
