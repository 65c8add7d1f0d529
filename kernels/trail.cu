// Marks that a stream has come to.
#include "trail.hpp"

#include "cuda_error.hpp"

namespace shoal {

__global__ void mark_kernel(volatile std::uint64_t* done, std::uint64_t number) { *done = number; }

/// All files are compiled for the same devices, so that one kernel answers for all.
cudaError_t look_for_code() {
  cudaFuncAttributes attributes{};
  return cudaFuncGetAttributes(&attributes, mark_kernel);
}

Trail::Trail() {
  void* memory = nullptr;
  check_pinned_allocation(cudaHostAlloc(&memory, kPinnedBytes, cudaHostAllocMapped), kPinnedBytes,
                          "the marks of a stream");
  done_ = static_cast<std::uint64_t*>(memory);
  *done_ = 0;
  void* there = nullptr;
  const cudaError_t error = cudaHostGetDevicePointer(&there, memory, 0);
  if (error != cudaSuccess) {
    report_cuda(cudaFreeHost(memory), "cudaFreeHost");
    check_cuda(error, "cudaHostGetDevicePointer");
  }
  done_there_ = static_cast<std::uint64_t*>(there);
}

Trail::~Trail() { report_cuda(cudaFreeHost(const_cast<std::uint64_t*>(done_)), "cudaFreeHost"); }

cudaError_t Trail::mark(cudaStream_t stream, const Work& work) {
  cudaLaunchConfig_t config{};
  config.gridDim = 1;
  config.blockDim = 1;
  config.stream = stream;
  ++asked_;
  works_[asked_ % kRemembered] = work;
  return cudaLaunchKernelEx(&config, mark_kernel, static_cast<volatile std::uint64_t*>(done_there_), asked_);
}

std::uint64_t Trail::missing() const {
  const std::uint64_t done = *done_;
  return done == asked_ ? 0 : done + 1;
}

std::string Trail::work_before(std::uint64_t mark) const {
  const Work& work = works_[mark % kRemembered];
  return work.kernel != nullptr ? "kernel " + *work.kernel : work.call;
}

}  // namespace shoal
