// Fully connected layers: what is done with the products, and the whole of it in plain words.
#pragma once

#include <cuda_bf16.h>

#include <cstdint>

#include "stream.hpp"

namespace shoal {

/// to = max(0, sum over splits of partial + bias), or without the maximum. Splits are added in their order.
/// partial: (splits, rows, out) floats. bias: (out). to: (rows, out). out is a multiple of 8. Device memory.
template <class T>
void finish_fully_connected(const float* partial, std::int64_t splits, std::int64_t rows, std::int64_t out,
                            const float* bias, bool relu, T* to, Stream& stream);

/// y = W x + b, optionally max(0, y), by one thread for each number. x: (rows, in). weights: (out, in).
template <class T>
void fully_connected_naive(const T* x, std::int64_t rows, std::int64_t in, const T* weights,
                           const float* bias, std::int64_t out, bool relu, T* to, Stream& stream);

/// exp(x - max) / sum of each row in double, in place, in the order of columns: the CPU's bits for the same
/// scores. values: (rows, stride), of which the first `columns` count.
void softmax(float* values, std::int64_t rows, std::int64_t columns, std::int64_t stride, Stream& stream);

}  // namespace shoal
