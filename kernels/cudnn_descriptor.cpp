// What cuDNN answers, as sentences.
#include "cudnn_descriptor.hpp"

#include <fmt/format.h>

#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"

namespace shoal {

const CudnnFunctions& cudnn() {
  const CudnnLibrary& library = cudnn_library();
  if (!library.why_none.empty()) {
    throw FailureError(fmt::format("{}; ask for engine \"shoal\"", library.why_none));
  }
  return library.functions;
}

void check_cudnn(cudnnStatus_t status, const char* call) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  if (status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED) {
    throw ResourceError(fmt::format(
        "the GPU's memory does not suffice for cuDNN in {}; run fewer ranks on each GPU, or ask for engine "
        "\"shoal\"",
        call));
  }
  if (status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED) {
    throw ResourceError(fmt::format(
        "the memory of {} does not suffice for cuDNN in {}; run fewer ranks on it", host_name(), call));
  }
  throw FailureError(
      fmt::format("cuDNN failed in {}: {}; run the same command again, it goes on from what is "
                  "finished, or ask for engine \"shoal\"",
                  call, cudnn().get_error_string(status)));
}

bool CudnnDescriptor::try_to_finalise() {
  const cudnnStatus_t status = cudnn().finalize(descriptor_);
  if (CUDNN_STATUS_CATEGORY(status) == CUDNN_STATUS_NOT_SUPPORTED) return false;
  check_cudnn(status, "cudnnBackendFinalize");
  return true;
}

CudnnHandle::CudnnHandle(Stream& stream) {
  check_cudnn(cudnn().create(&handle_), "cudnnCreate");
  const cudnnStatus_t status = cudnn().set_stream(handle_, stream.get());
  if (status == CUDNN_STATUS_SUCCESS) return;
  cudnn().destroy(handle_);
  check_cudnn(status, "cudnnSetStream");
}

CudnnHandle::~CudnnHandle() { cudnn().destroy(handle_); }

}  // namespace shoal
