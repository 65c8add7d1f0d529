// Maximum of 2 x 2 pixels.
#pragma once

#include <cuda_bf16.h>

#include "image_shape.hpp"
#include "stream.hpp"

namespace shoal {

/// from: shape; channels is a multiple of kChannelStep. to: (images, side / 2, side / 2, channels); an odd
/// last row or column is dropped. Device memory.
template <class T>
void max_pool(const T* from, const ImageShape& shape, T* to, Stream& stream);
/// The same by one thread for each number.
template <class T>
void max_pool_naive(const T* from, const ImageShape& shape, T* to, Stream& stream);

}  // namespace shoal
