// Waiting for streams, and what to say where their work has failed.
#include "stream.hpp"

#include <fmt/format.h>

namespace shoal {

Stream::~Stream() {
  if (stream_ == nullptr) return;
  report_cuda(cudaStreamSynchronize(stream_), "cudaStreamSynchronize");
  report_cuda(cudaStreamDestroy(stream_), "cudaStreamDestroy");
}

void Stream::synchronize() {
  const cudaError_t error = cudaStreamSynchronize(stream_);
  if (error == cudaSuccess) return;
  const std::string last = last_kernel_ == nullptr ? "copies only" : "kernel " + kernel_name(last_kernel_);
  check_cuda(error, fmt::format("work on a stream (last asked for: {})", last).c_str());
}

void Stream::wait(const Event& event) {
  check_cuda(cudaStreamWaitEvent(stream_, event.get(), 0), "cudaStreamWaitEvent");
}

float milliseconds_between(const TimedEvent& begin, const TimedEvent& end) {
  float milliseconds = 0.0F;
  check_cuda(cudaEventElapsedTime(&milliseconds, begin.get(), end.get()), "cudaEventElapsedTime");
  return milliseconds;
}

}  // namespace shoal
