// What cuDNN answers, as sentences.
#include "cudnn_descriptor.hpp"

#include <fmt/format.h>

#include "shoal/base/error.hpp"

namespace shoal {

void check_cudnn(cudnnStatus_t status, const char* call) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  throw FailureError(
      fmt::format("cuDNN failed in {}: {}; run the same command again, it goes on from what is "
                  "finished, or ask for engine \"shoal\"",
                  call, cudnnGetErrorString(status)));
}

CudnnHandle::CudnnHandle(Stream& stream) {
  check_cudnn(cudnnCreate(&handle_), "cudnnCreate");
  const cudnnStatus_t status = cudnnSetStream(handle_, stream.get());
  if (status == CUDNN_STATUS_SUCCESS) return;
  cudnnDestroy(handle_);
  check_cudnn(status, "cudnnSetStream");
}

CudnnHandle::~CudnnHandle() { cudnnDestroy(handle_); }

}  // namespace shoal
