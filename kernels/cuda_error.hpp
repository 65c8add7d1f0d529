// Checked calls of the CUDA runtime: what fails becomes a sentence that names the call or the kernel.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <string>

namespace shoal {

/// Throws FailureError unless the call succeeded; ResourceError where memory was short.
void check_cuda(cudaError_t error, const char* call);
/// The same for an allocation of `bytes` for `purpose`, on the device or as pinned memory of the host.
void check_allocation(cudaError_t error, std::size_t bytes, const char* purpose);
void check_pinned_allocation(cudaError_t error, std::size_t bytes, const char* purpose);
/// For destructors: tells the error and goes on. Silent where an exception already tells of it.
void report_cuda(cudaError_t error, const char* call) noexcept;

/// The name of a __global__ function as it stands in the source, for a person. Remembered for good, since a
/// device that is lost no longer tells it.
const std::string& kernel_name(const void* kernel);

}  // namespace shoal
