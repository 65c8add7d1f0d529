// Plans a convolution with bias and ReLU as one graph of cuDNN's, and runs it. Of the engines that cuDNN
// proposes the first is taken that promises the same bits each time and the precision asked for.
#include "cudnn_convolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <vector>

#include "cudnn_descriptor.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

using Quad = std::array<std::int64_t, 4>;
using Pair = std::array<std::int64_t, 2>;
constexpr std::int64_t kX = 'x';
constexpr std::int64_t kWeights = 'w';
constexpr std::int64_t kBias = 'b';
constexpr std::int64_t kY = 'y';
constexpr std::int64_t kProduct = 'p';  // between the operations, never in memory
constexpr std::int64_t kBiased = 'q';

/// Descriptors refer to each other: what a plan was made from lives as long as the plan.
using Parts = std::deque<CudnnDescriptor>;

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
constexpr auto kPlanHandle = CUDNN_ATTR_EXECUTION_PLAN_HANDLE;
#pragma GCC diagnostic pop

const CudnnDescriptor& describe(Parts& parts, cudnnHandle_t handle, const ImageShape& shape, std::int64_t out,
                                bool bf16) {
  const cudnnDataType_t type = bf16 ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
  const Quad to{shape.images, out, shape.side, shape.side};
  const auto& x = tensor(parts, kX, {shape.images, shape.channels, shape.side, shape.side}, type);
  const auto& weights = tensor(parts, kWeights, {out, shape.channels, 3, 3}, type);
  const auto& bias = tensor(parts, kBias, {1, out, 1, 1}, CUDNN_DATA_FLOAT);
  const auto& product = tensor(parts, kProduct, to, CUDNN_DATA_FLOAT, false);
  const auto& biased = tensor(parts, kBiased, to, CUDNN_DATA_FLOAT, false);
  const auto& y = tensor(parts, kY, to, type);
  const auto& convolution = convolve(parts, x, weights, product);
  const auto& add = point_by_point(parts, CUDNN_POINTWISE_ADD, product, &bias, biased);
  const auto& relu = point_by_point(parts, CUDNN_POINTWISE_RELU_FWD, biased, nullptr, y);
  const std::array<cudnnBackendDescriptor_t, 3> operations{convolution.raw(), add.raw(), relu.raw()};
  CudnnDescriptor& graph = parts.emplace_back(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  graph.set(kGraphHandle, CUDNN_TYPE_HANDLE, handle);
  graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
            std::span<const cudnnBackendDescriptor_t>(operations));
  graph.finalise();
  return graph;
}

/// What cuDNN proposes, the fastest by its own guess first.
std::vector<CudnnDescriptor> proposals(Parts& parts, const CudnnDescriptor& graph) {
  CudnnDescriptor& heuristics = parts.emplace_back(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph);
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, CUDNN_HEUR_MODE_A);
  heuristics.finalise();
  const auto count = heuristics.get(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                    std::span<cudnnBackendDescriptor_t>());
  std::vector<CudnnDescriptor> owned;
  std::vector<cudnnBackendDescriptor_t> raw;
  for (std::int64_t i = 0; i < count; ++i) {
    raw.push_back(owned.emplace_back(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR).raw());
  }
  const auto filled =
      heuristics.get(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, std::span(raw));
  while (std::ssize(owned) > filled) owned.pop_back();
  return owned;
}

/// Whether results are the same each time, and no less precise than plain sums of products in float32.
bool keeps_promises(const CudnnDescriptor& proposal, bool bf16) {
  const CudnnDescriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  std::array<cudnnBackendDescriptor_t, 1> raw{engine.raw()};
  proposal.get(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR,
               std::span<cudnnBackendDescriptor_t>(raw));
  std::array<cudnnBackendNumericalNote_t, CUDNN_NUMERICAL_NOTE_TYPE_COUNT> notes{};
  const auto count = engine.get(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE,
                                std::span<cudnnBackendNumericalNote_t>(notes));
  return std::none_of(notes.begin(), notes.begin() + count, [&](cudnnBackendNumericalNote_t note) {
    if (note == CUDNN_NUMERICAL_NOTE_TENSOR_CORE) return !bf16;
    return note != CUDNN_NUMERICAL_NOTE_STRICT_NAN_PROP;
  });
}

/// The proposal as a plan, unless cuDNN cannot carry it out within the memory allowed.
std::optional<CudnnDescriptor> plan_of(cudnnHandle_t handle, const CudnnDescriptor& proposal,
                                       std::int64_t& workspace) {
  CudnnDescriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  plan.set(kPlanHandle, CUDNN_TYPE_HANDLE, handle);
  plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, proposal);
  if (!plan.try_to_finalise()) return std::nullopt;
  plan.get(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64,
           std::span<std::int64_t>(&workspace, 1));
  if (workspace > kMostCudnnWorkspace) return std::nullopt;
  return plan;
}

CudnnDescriptor pack_of(std::array<void*, 4> pointers, void* workspace) {
  constexpr std::array<std::int64_t, 4> kIds{kX, kWeights, kBias, kY};
  CudnnDescriptor pack(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
  pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, kIds);
  pack.set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, std::span<void* const>(pointers));
  pack.set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, workspace);
  pack.finalise();
  return pack;
}

}  // namespace

Cudnn::Cudnn(Stream& stream) : handle_(std::make_unique<CudnnHandle>(stream)) {}
Cudnn::~Cudnn() = default;
void Cudnn::allocate_workspace() {
  workspace_ = DeviceBuffer<unsigned char>(workspace_bytes_, "cuDNN's workspace");
}
std::int64_t Cudnn::version() { return static_cast<std::int64_t>(cudnnGetVersion()); }

struct CudnnConvolution::Plan {
  Parts parts;
  CudnnDescriptor descriptor;
  std::array<void*, 4> pointers{};  ///< of the pack: tiles come with the same ones again and again
  std::optional<CudnnDescriptor> pack;
};

CudnnConvolution::CudnnConvolution(Cudnn& cudnn, const ImageShape& shape, std::int64_t out, bool bf16)
    : cudnn_(cudnn) {
  const cudnnHandle_t handle = cudnn.handle_->get();
  Parts parts;
  const CudnnDescriptor& graph = describe(parts, handle, shape, out, bf16);
  for (CudnnDescriptor& proposal : proposals(parts, graph)) {
    if (!keeps_promises(proposal, bf16)) continue;
    std::int64_t workspace = 0;
    auto plan = plan_of(handle, proposal, workspace);
    if (!plan) continue;
    parts.push_back(std::move(proposal));
    cudnn.workspace_bytes_ = std::max(cudnn.workspace_bytes_, workspace);
    plan_ = std::make_unique<Plan>(Plan{std::move(parts), std::move(*plan), {}, {}});
    return;
  }
  throw FailureError(fmt::format(
      "cuDNN has no engine for a convolution of {} to {} channels at {} x {} in {} that gives the same "
      "bits each time; ask for engine \"shoal\"",
      shape.channels, out, shape.side, shape.side, bf16 ? "bfloat16" : "float32"));
}
CudnnConvolution::~CudnnConvolution() = default;
CudnnConvolution::CudnnConvolution(CudnnConvolution&&) noexcept = default;

void CudnnConvolution::run(const void* x, const void* weights, const float* bias, void* y) {
  const std::array<void*, 4> pointers{const_cast<void*>(x), const_cast<void*>(weights),
                                      const_cast<float*>(bias), y};
  if (!plan_->pack || plan_->pointers != pointers) {
    plan_->pack = pack_of(pointers, cudnn_.workspace_.data());
    plan_->pointers = pointers;
  }
  check_cudnn(cudnnBackendExecute(cudnn_.handle_->get(), plan_->descriptor.raw(), plan_->pack->raw()),
              "cudnnBackendExecute");
}

}  // namespace shoal
