// A convolution with bias and ReLU as one graph of cuDNN's. Only cudnn_*.cpp includes this.
#pragma once

#include <cstdint>
#include <deque>

#include "cudnn_descriptor.hpp"
#include "image_shape.hpp"

namespace shoal {

/// By which numbers the graph's tensors are told apart when it runs.
inline constexpr std::int64_t kCudnnX = 'x';
inline constexpr std::int64_t kCudnnWeights = 'w';
inline constexpr std::int64_t kCudnnBias = 'b';
inline constexpr std::int64_t kCudnnY = 'y';

class CudnnGraph {
 public:
  /// bf16: the type of x, weights and y, else float; bias and sums are float.
  CudnnGraph(cudnnHandle_t handle, const ConvolutionShape& shape, bool bf16);
  /// Whether cuDNN knows such graphs at all.
  [[nodiscard]] bool is_known() const { return is_known_; }
  [[nodiscard]] const CudnnDescriptor& descriptor() const { return parts_.back(); }

 private:
  std::deque<CudnnDescriptor> parts_;  ///< they refer to each other: all live as long as the graph
  bool is_known_ = false;
};

}  // namespace shoal
