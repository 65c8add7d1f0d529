// Marks that a stream has come to.
#include "trail.hpp"

#include "cuda_error.hpp"

namespace shoal {

__global__ void mark_kernel(volatile unsigned* done, unsigned number) { *done = number; }

Trail::Trail() {
  void* memory = nullptr;
  check_pinned_allocation(cudaHostAlloc(&memory, sizeof(unsigned), cudaHostAllocMapped), sizeof(unsigned),
                          "the marks of a stream");
  done_ = static_cast<unsigned*>(memory);
  *done_ = 0;
  void* there = nullptr;
  const cudaError_t error = cudaHostGetDevicePointer(&there, memory, 0);
  if (error != cudaSuccess) {
    report_cuda(cudaFreeHost(memory), "cudaFreeHost");
    check_cuda(error, "cudaHostGetDevicePointer");
  }
  done_there_ = static_cast<unsigned*>(there);
}

Trail::~Trail() { report_cuda(cudaFreeHost(const_cast<unsigned*>(done_)), "cudaFreeHost"); }

void Trail::mark(cudaStream_t stream, const void* kernel, const char* call) {
  cudaLaunchConfig_t config{};
  config.gridDim = 1;
  config.blockDim = 1;
  config.stream = stream;
  ++asked_;
  works_[asked_ % kRemembered] = {kernel, call};
  const cudaError_t error =
      cudaLaunchKernelEx(&config, mark_kernel, static_cast<volatile unsigned*>(done_there_), asked_);
  if (error == cudaSuccess) return;
  // Where the device was lost before, it answers so to everything; where it was not, the mark alone is.
  if (cudaStreamSynchronize(stream) != cudaSuccess) check_cuda(error, work_before(missing()).c_str());
  --asked_;
  check_launch(error, reinterpret_cast<const void*>(mark_kernel));
}

unsigned Trail::missing() const { return *done_ == asked_ ? 0 : *done_ + 1; }

std::string Trail::work_before(unsigned mark) const {
  const Work& work = works_[mark % kRemembered];
  return work.kernel != nullptr ? "kernel " + kernel_name(work.kernel) : work.call;
}

}  // namespace shoal
