// In place of cudnn_*.cpp where cuDNN is not there to build with: the engine "cudnn" is refused before it
// gets here.
#include "cudnn_convolution.hpp"
#include "shoal/base/error.hpp"

namespace shoal {

class CudnnHandle {};
struct CudnnConvolution::Plan {};

Cudnn::Cudnn(Stream&) { throw FailureError("this build has no cuDNN; ask for engine shoal"); }
Cudnn::~Cudnn() = default;
void Cudnn::allocate_workspace() {}
std::int64_t Cudnn::version() { return 0; }

CudnnConvolution::CudnnConvolution(Cudnn& cudnn, const ImageShape&, std::int64_t, bool) : cudnn_(cudnn) {}
CudnnConvolution::~CudnnConvolution() = default;
CudnnConvolution::CudnnConvolution(CudnnConvolution&&) noexcept = default;
void CudnnConvolution::run(const void*, const void*, const float*, void*) {}

}  // namespace shoal
