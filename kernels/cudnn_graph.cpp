// Builds the graph: convolution, then bias, then ReLU, with nothing written to memory between them.
#include "cudnn_graph.hpp"

#include <array>

namespace shoal {
namespace {

using Quad = std::array<std::int64_t, 4>;
using Pair = std::array<std::int64_t, 2>;
using Parts = std::deque<CudnnDescriptor>;
constexpr std::int64_t kProduct = 'p';  // between the operations, never in memory
constexpr std::int64_t kBiased = 'q';

/// Four dimensions as cuDNN names them (image, channel, row, column), channels innermost in memory.
const CudnnDescriptor& tensor(Parts& parts, std::int64_t id, const Quad& size, cudnnDataType_t type,
                              bool in_memory = true) {
  const Quad strides{size[1] * size[2] * size[3], 1, size[1] * size[3], size[1]};
  CudnnDescriptor& descriptor = parts.emplace_back(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  descriptor.set(CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, id);
  descriptor.set(CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, type);
  descriptor.set(CUDNN_ATTR_TENSOR_DIMENSIONS, size);
  descriptor.set(CUDNN_ATTR_TENSOR_STRIDES, strides);
  descriptor.set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, std::int64_t{16});
  descriptor.set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, !in_memory);
  descriptor.finalise();
  return descriptor;
}

const CudnnDescriptor& convolve(Parts& parts, const CudnnDescriptor& x, const CudnnDescriptor& weights,
                                const CudnnDescriptor& y) {
  constexpr Pair kOnes{1, 1};
  CudnnDescriptor& kind = parts.emplace_back(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  kind.set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT);
  kind.set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, CUDNN_CROSS_CORRELATION);
  kind.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, std::int64_t{2});
  for (const auto name : {CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES,
                          CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS}) {
    kind.set(name, kOnes);
  }
  kind.finalise();
  CudnnDescriptor& operation = parts.emplace_back(CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, kind);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, x);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, weights);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, y);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, CUDNN_TYPE_FLOAT, 1.0F);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, CUDNN_TYPE_FLOAT, 0.0F);
  operation.finalise();
  return operation;
}

/// y = mode(x) or, with another operand, mode(x, other).
const CudnnDescriptor& point_by_point(Parts& parts, cudnnPointwiseMode_t mode, const CudnnDescriptor& x,
                                      const CudnnDescriptor* other, const CudnnDescriptor& y) {
  CudnnDescriptor& kind = parts.emplace_back(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  kind.set(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, mode);
  kind.set(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT);
  kind.finalise();
  CudnnDescriptor& operation = parts.emplace_back(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, kind);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x);
  if (other != nullptr) operation.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, *other);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
  operation.finalise();
  return operation;
}

// Releases of cuDNN 9 before 9.19 want the handle here, later ones call it deprecated.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
constexpr auto kGraphHandle = CUDNN_ATTR_OPERATIONGRAPH_HANDLE;
#pragma GCC diagnostic pop

Quad quad_of(const ImageShape& shape) { return {shape.images, shape.channels, shape.side, shape.side}; }

}  // namespace

CudnnGraph::CudnnGraph(cudnnHandle_t handle, const ConvolutionShape& shape, bool bf16) {
  const cudnnDataType_t type = bf16 ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
  const Quad to = quad_of(shape.to());
  Parts& parts = parts_;
  const auto& x = tensor(parts, kCudnnX, quad_of(shape.from), type);
  const auto& weights = tensor(parts, kCudnnWeights, {shape.out, shape.from.channels, 3, 3}, type);
  const auto& bias = tensor(parts, kCudnnBias, {1, shape.out, 1, 1}, CUDNN_DATA_FLOAT);
  const auto& product = tensor(parts, kProduct, to, CUDNN_DATA_FLOAT, false);
  const auto& biased = tensor(parts, kBiased, to, CUDNN_DATA_FLOAT, false);
  const auto& y = tensor(parts, kCudnnY, to, type);
  const auto& convolution = convolve(parts, x, weights, product);
  const auto& add = point_by_point(parts, CUDNN_POINTWISE_ADD, product, &bias, biased);
  const auto& relu = point_by_point(parts, CUDNN_POINTWISE_RELU_FWD, biased, nullptr, y);
  const std::array<cudnnBackendDescriptor_t, 3> operations{convolution.raw(), add.raw(), relu.raw()};
  CudnnDescriptor& graph = parts.emplace_back(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  graph.set(kGraphHandle, CUDNN_TYPE_HANDLE, handle);
  graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
            std::span<const cudnnBackendDescriptor_t>(operations));
  is_known_ = graph.try_to_finalise();
}

}  // namespace shoal
