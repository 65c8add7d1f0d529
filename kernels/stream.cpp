// Waiting for streams, and what to say where their work has failed.
#include "stream.hpp"

#include "shoal/base/error.hpp"

namespace shoal {

Stream::~Stream() {
  if (stream_ == nullptr) return;
  report_cuda(cudaStreamSynchronize(stream_), "cudaStreamSynchronize");
  report_cuda(cudaStreamDestroy(stream_), "cudaStreamDestroy");
}

void Stream::synchronize() {
  const cudaError_t error = cudaStreamSynchronize(stream_);
  if (error == cudaSuccess) return;
  const unsigned missing = trail_->missing();
  check_cuda(error, missing > 0 ? trail_->work_before(missing).c_str() : "copies on a stream");
}

void Stream::tell_of_launch(cudaError_t error, const void* kernel) {
  const unsigned missing = trail_->missing();
  // Where the device was lost before, it answers so to everything.
  if (missing > 0 && settle() != cudaSuccess) check_cuda(error, trail_->work_before(missing).c_str());
  check_launch(error, kernel);
  throw FailureError("a kernel that was launched is told of as one that was not");
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
