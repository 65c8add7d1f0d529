// Means over windows, and the plain order of a feature vector.
#pragma once

#include <cuda_bf16.h>

#include "image_shape.hpp"
#include "stream.hpp"

namespace shoal {

/// from: shape. to: (images, side, side, channels). Cell i covers floor(i n / side) .. ceil((i + 1) n / side)
/// of n rows, and of n columns. Sums are in double and in the order of rows and columns, as on the CPU.
/// Device memory.
template <class T>
void adaptive_average_pool(const T* from, const ImageShape& shape, std::int64_t side, T* to, Stream& stream);

/// from: shape. to: (images, kept, side, side) floats: the first `kept` channels, plane by plane.
template <class T>
void to_planes(const T* from, const ImageShape& shape, std::int64_t kept, float* to, Stream& stream);

}  // namespace shoal
