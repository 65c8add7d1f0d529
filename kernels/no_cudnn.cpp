// In place of cudnn_*.cpp where cuDNN's headers are not there to build with: the engine "cudnn" is refused
// before it gets here.
#include "cudnn_convolution.hpp"
#include "cudnn_tuning.hpp"
#include "shoal/base/error.hpp"

namespace shoal {

class CudnnHandle {};
struct CudnnConvolution::Plan {
  std::string name;
};

Cudnn::Cudnn(Stream&) { throw FailureError(why_none() + "; ask for engine \"shoal\""); }
Cudnn::~Cudnn() = default;
void Cudnn::allocate_workspace() {}
std::int64_t Cudnn::version() { return 0; }
std::string Cudnn::why_none() { return "this build has no cuDNN"; }

CudnnConvolution::CudnnConvolution(Cudnn& cudnn, const ConvolutionShape&, bool, const std::string&)
    : cudnn_(&cudnn) {}
CudnnConvolution::~CudnnConvolution() = default;
CudnnConvolution::CudnnConvolution(CudnnConvolution&&) noexcept = default;
CudnnConvolution& CudnnConvolution::operator=(CudnnConvolution&&) noexcept = default;
std::vector<CudnnConvolution> CudnnConvolution::offered(Cudnn&, const ConvolutionShape&, bool, std::size_t) {
  return {};
}
const std::string& CudnnConvolution::plan() const { return plan_->name; }
void CudnnConvolution::run(const void*, const void*, const float*, void*) {}

std::string fastest_plan(Cudnn&, const ConvolutionShape&, bool, Stream&) { return {}; }

}  // namespace shoal
