// Runs a convolution with bias and ReLU by one of cuDNN's plans.
#include "cudnn_convolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cudnn_descriptor.hpp"
#include "cudnn_graph.hpp"
#include "cudnn_plans.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

using Pointers = std::array<void*, 4>;

CudnnDescriptor pack_of(const Pointers& pointers, void* workspace) {
  constexpr std::array<std::int64_t, 4> kIds{kCudnnX, kCudnnWeights, kCudnnBias, kCudnnY};
  CudnnDescriptor pack(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
  pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, kIds);
  pack.set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, std::span<void* const>(pointers));
  pack.set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, workspace);
  pack.finalise();
  return pack;
}

}  // namespace

Cudnn::Cudnn(Stream& stream) : stream_(stream), handle_(std::make_unique<CudnnHandle>(stream)) {}
Cudnn::~Cudnn() = default;
void Cudnn::allocate_workspace() {
  if (workspace_.count() >= workspace_bytes_) return;
  workspace_ = {};  // or there would be two of them for a moment
  workspace_ = DeviceBuffer<unsigned char>(workspace_bytes_, "cuDNN's workspace");
}
std::int64_t Cudnn::version() {
  return why_none().empty() ? static_cast<std::int64_t>(cudnn().get_version()) : 0;
}
std::string Cudnn::why_none() { return cudnn_library().why_none; }

struct CudnnConvolution::Plan {
  std::shared_ptr<const CudnnGraph> graph;  ///< lives as long as its plans
  CudnnPlan plan;
  Pointers pointers{};  ///< of the pack: tiles come with the same ones again and again
  std::optional<CudnnDescriptor> pack;
};

CudnnConvolution::CudnnConvolution(Cudnn& cudnn, std::unique_ptr<Plan> plan)
    : cudnn_(&cudnn), plan_(std::move(plan)) {
  cudnn.workspace_bytes_ = std::max(cudnn.workspace_bytes_, plan_->plan.workspace);
}
CudnnConvolution::~CudnnConvolution() = default;
CudnnConvolution::CudnnConvolution(CudnnConvolution&&) noexcept = default;
CudnnConvolution& CudnnConvolution::operator=(CudnnConvolution&&) noexcept = default;

std::vector<CudnnConvolution> CudnnConvolution::offered(Cudnn& cudnn, const ConvolutionShape& shape,
                                                        bool bf16, std::size_t most) {
  const cudnnHandle_t handle = cudnn.handle_->get();
  const auto graph = std::make_shared<const CudnnGraph>(handle, shape, bf16);
  std::vector<CudnnConvolution> offered;
  for (CudnnProposal& proposal : promising_proposals(*graph, bf16)) {
    if (offered.size() == most) break;
    auto plan = plan_of(handle, std::move(proposal));
    if (!plan) continue;
    offered.push_back(CudnnConvolution(cudnn, std::make_unique<Plan>(Plan{graph, std::move(*plan), {}, {}})));
  }
  return offered;
}

CudnnConvolution::CudnnConvolution(Cudnn& cudnn, const ConvolutionShape& shape, bool bf16,
                                   const std::string& plan)
    : cudnn_(&cudnn) {
  const cudnnHandle_t handle = cudnn.handle_->get();
  const auto graph = std::make_shared<const CudnnGraph>(handle, shape, bf16);
  for (CudnnProposal& proposal : promising_proposals(*graph, bf16)) {
    if (proposal.name != plan) continue;
    auto found = plan_of(handle, std::move(proposal));
    if (!found) break;
    *this = CudnnConvolution(cudnn, std::make_unique<Plan>(Plan{graph, std::move(*found), {}, {}}));
    return;
  }
  throw FailureError(
      fmt::format("cuDNN {} on this GPU has no plan '{}' for a convolution of {} to {} channels at {} x {} "
                  "in {}, although an earlier run chose it; run on the kind of GPU and with the cuDNN that "
                  "it ran with, or give --fresh to begin anew",
                  Cudnn::version(), plan, shape.from.channels, shape.out, shape.from.side, shape.from.side,
                  bf16 ? "bfloat16" : "float32"));
}

const std::string& CudnnConvolution::plan() const { return plan_->plan.name; }

void CudnnConvolution::run(const void* x, const void* weights, const float* bias, void* y) {
  const Pointers pointers{const_cast<void*>(x), const_cast<void*>(weights), const_cast<float*>(bias), y};
  if (!plan_->pack || plan_->pointers != pointers) {
    plan_->pack = pack_of(pointers, cudnn_->workspace_.data());
    plan_->pointers = pointers;
  }
  check_cudnn(cudnn().execute(cudnn_->handle_->get(), plan_->plan.plan.raw(), plan_->pack->raw()),
              "cudnnBackendExecute");
  cudnn_->stream_.mark_call("a convolution of cuDNN's");
}

}  // namespace shoal
