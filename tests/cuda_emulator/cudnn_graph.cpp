// Reads a graph back from its descriptors, refusing all but convolution, bias, ReLU; and computes it by plain
// loops.
#include "cudnn_graph.hpp"

#include <cuda_bf16.h>

#include <bit>

namespace emulator {
namespace {

using Quad = std::vector<std::int64_t>;

struct Tensor {
  std::int64_t id;
  Quad size;
  cudnnDataType_t type;
  bool is_virtual;
};

Tensor read_tensor(const Descriptor& descriptor) {
  expect_cudnn(descriptor.type == CUDNN_BACKEND_TENSOR_DESCRIPTOR, "an operand is no tensor");
  const Tensor tensor{value_of<std::int64_t>(descriptor, CUDNN_ATTR_TENSOR_UNIQUE_ID),
                      values_of<std::int64_t>(descriptor, CUDNN_ATTR_TENSOR_DIMENSIONS),
                      value_of<cudnnDataType_t>(descriptor, CUDNN_ATTR_TENSOR_DATA_TYPE),
                      value_of<unsigned char>(descriptor, CUDNN_ATTR_TENSOR_IS_VIRTUAL) != 0};
  const Quad strides = values_of<std::int64_t>(descriptor, CUDNN_ATTR_TENSOR_STRIDES);
  const Quad& size = tensor.size;
  expect_cudnn(size.size() == 4 && strides.size() == 4, "a tensor has not four dimensions");
  expect_cudnn(strides == Quad{size[1] * size[2] * size[3], 1, size[1] * size[3], size[1]},
               "a tensor is not laid out with channels innermost");
  expect_cudnn(value_of<std::int64_t>(descriptor, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT) == 16,
               "alignment is not 16");
  expect_cudnn(size[1] % 8 == 0, "channels are no multiple of 8, which the fast engines need");
  return tensor;
}

void check_convolution(const Descriptor& kind) {
  const Quad ones{1, 1};
  for (const auto name : {CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES,
                          CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS}) {
    expect_cudnn(values_of<std::int64_t>(kind, name) == ones, "strides, paddings or dilations are not 1");
  }
  expect_cudnn(value_of<std::int64_t>(kind, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS) == 2,
               "it is not in two dimensions");
  expect_cudnn(value_of<cudnnDataType_t>(kind, CUDNN_ATTR_CONVOLUTION_COMP_TYPE) == CUDNN_DATA_FLOAT,
               "sums are not in float32");
  expect_cudnn(
      value_of<cudnnConvolutionMode_t>(kind, CUDNN_ATTR_CONVOLUTION_CONV_MODE) == CUDNN_CROSS_CORRELATION,
      "it would flip the weights");
}

/// The tensors of x, the other operand (of an addition) and y.
std::vector<Tensor> read_pointwise(const Descriptor& operation, cudnnPointwiseMode_t mode) {
  expect_cudnn(operation.type == CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR,
               "an operation is not point by point");
  const Descriptor& kind = part_of(operation, CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR);
  expect_cudnn(value_of<cudnnPointwiseMode_t>(kind, CUDNN_ATTR_POINTWISE_MODE) == mode,
               "operations are not convolution, addition, ReLU");
  expect_cudnn(value_of<cudnnDataType_t>(kind, CUDNN_ATTR_POINTWISE_MATH_PREC) == CUDNN_DATA_FLOAT,
               "bias or ReLU is not in float32");
  std::vector<Tensor> tensors{read_tensor(part_of(operation, CUDNN_ATTR_OPERATION_POINTWISE_XDESC))};
  if (mode == CUDNN_POINTWISE_ADD) {
    tensors.push_back(read_tensor(part_of(operation, CUDNN_ATTR_OPERATION_POINTWISE_BDESC)));
  }
  tensors.push_back(read_tensor(part_of(operation, CUDNN_ATTR_OPERATION_POINTWISE_YDESC)));
  return tensors;
}

double number(const void* values, std::int64_t at, bool bf16) {
  if (bf16) return static_cast<double>(__bfloat162float(static_cast<const __nv_bfloat16*>(values)[at]));
  return static_cast<double>(static_cast<const float*>(values)[at]);
}

/// What is left of an operand after an engine has rounded it.
double rounded(double x, Engine engine) {
  if (engine != Engine::tf32 && engine != Engine::silent_tf32) return x;
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(x));
  return static_cast<double>(std::bit_cast<float>(bits & 0xffffe000U));
}

bool sums_in_float(Engine engine) { return engine == Engine::floats || engine == Engine::backwards; }

std::size_t elements(const ConvolutionGraph& g, std::size_t tensor) {
  const std::array<std::int64_t, 4> counts{g.images * g.side * g.side * g.channels, g.out * 9 * g.channels,
                                           g.out, g.images * g.side * g.side * g.out};
  return static_cast<std::size_t>(counts[tensor]);
}

}  // namespace

ConvolutionGraph read_graph(const Descriptor& graph) {
  const auto operations = values_of<cudnnBackendDescriptor_t>(graph, CUDNN_ATTR_OPERATIONGRAPH_OPS);
  expect_cudnn(operations.size() == 3, "operations are not convolution, addition, ReLU");
  const auto& convolution = *static_cast<const Descriptor*>(operations[0]);
  expect_cudnn(convolution.type == CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
               "the first operation is no convolution");
  check_convolution(part_of(convolution, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC));
  expect_cudnn(value_of<float>(convolution, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA) == 1.0F &&
                   value_of<float>(convolution, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA) == 0.0F,
               "alpha is not 1 or beta not 0");
  const Tensor x = read_tensor(part_of(convolution, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X));
  const Tensor w = read_tensor(part_of(convolution, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W));
  const Tensor product = read_tensor(part_of(convolution, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y));
  const auto add = read_pointwise(*static_cast<const Descriptor*>(operations[1]), CUDNN_POINTWISE_ADD);
  const auto relu = read_pointwise(*static_cast<const Descriptor*>(operations[2]), CUDNN_POINTWISE_RELU_FWD);
  const std::int64_t out = w.size[0];
  expect_cudnn(product.is_virtual && add[2].is_virtual, "what lies between operations would go to memory");
  expect_cudnn(product.id == add[0].id && add[2].id == relu[0].id, "operations do not follow one another");
  expect_cudnn(w.size == Quad{out, x.size[1], 3, 3} && add[1].size == Quad{1, out, 1, 1} &&
                   relu[1].size == Quad{x.size[0], out, x.size[2], x.size[3]} && product.size == relu[1].size,
               "shapes do not fit");
  expect_cudnn(x.type == w.type && x.type == relu[1].type && add[1].type == CUDNN_DATA_FLOAT &&
                   product.type == CUDNN_DATA_FLOAT && add[2].type == CUDNN_DATA_FLOAT,
               "types do not fit");
  return {x.size[0],
          x.size[1],
          out,
          x.size[2],
          x.type == CUDNN_DATA_BFLOAT16,
          {x.id, w.id, add[1].id, relu[1].id}};
}

std::vector<cudnnBackendNumericalNote_t> notes_of(Engine engine, bool bf16) {
  std::vector<cudnnBackendNumericalNote_t> notes;
  if (engine == Engine::nondeterministic) notes.push_back(CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC);
  if (engine == Engine::tf32) notes.push_back(CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS);
  if (engine == Engine::tf32 || bf16) notes.push_back(CUDNN_NUMERICAL_NOTE_TENSOR_CORE);
  return notes;
}

std::int64_t workspace_of(Engine engine) {
  return engine == Engine::large_workspace ? std::int64_t{1} << 40 : std::int64_t{1} << 16;
}

void check_pointers(const ConvolutionGraph& graph, const std::array<void*, 4>& pointers, const Arena& arena) {
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t element = graph.bf16 && i != 2 ? 2 : 4;
    expect_cudnn(arena.holds(pointers[i], elements(graph, i) * element),
                 "a tensor reaches beyond its memory");
    expect_cudnn(reinterpret_cast<std::uintptr_t>(pointers[i]) % 16 == 0,
                 "a tensor is not aligned to 16 bytes");
  }
}

void run_convolution(const ConvolutionGraph& g, Engine way, const std::array<void*, 4>& pointers) {
  if (way == Engine::idle) return;
  const auto [x, w, bias, y] = pointers;
  for (std::int64_t at = 0; at < g.images * g.side * g.side * g.out; ++at) {
    const std::int64_t o = at % g.out;
    const std::int64_t column = at / g.out % g.side;
    const std::int64_t row = at / g.out / g.side % g.side;
    const std::int64_t image = at / g.out / g.side / g.side;
    const Engine engine = way == Engine::by_place && image > 0 ? Engine::floats : way;
    double sum = 0.0;
    for (std::int64_t step = 0; step < 9; ++step) {
      const std::int64_t tap = engine == Engine::backwards ? 8 - step : step;
      const std::int64_t r = row + tap / 3 - 1;
      const std::int64_t c = column + tap % 3 - 1;
      if (r < 0 || r >= g.side || c < 0 || c >= g.side) continue;
      for (std::int64_t k = 0; k < g.channels; ++k) {
        sum += rounded(number(x, ((image * g.side + r) * g.side + c) * g.channels + k, g.bf16), engine) *
               rounded(number(w, (o * 9 + tap) * g.channels + k, g.bf16), engine);
        if (sums_in_float(engine)) sum = static_cast<double>(static_cast<float>(sum));
      }
    }
    sum += number(bias, o, false);
    if (engine == Engine::nondeterministic) sum *= 1.0 + 1e-4 * static_cast<double>(order().below(3));
    if (engine == Engine::unsteady)
      sum *= 1.0 + (g.bf16 ? 1e-3 : 1e-7) * static_cast<double>(order().below(3));
    const auto result = static_cast<float>(sum < 0.0 ? 0.0 : sum);
    if (g.bf16) {
      static_cast<__nv_bfloat16*>(y)[at] = __float2bfloat16_rn(result);
    } else {
      static_cast<float*>(y)[at] = result;
    }
  }
}

}  // namespace emulator
