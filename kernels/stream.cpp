// Waiting for streams, and what to say where their work has failed.
#include "stream.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "shoal/base/error.hpp"

namespace shoal {

Stream::~Stream() {
  if (stream_ == nullptr) return;
  report_cuda(cudaStreamSynchronize(stream_), "cudaStreamSynchronize");
  report_cuda(cudaStreamDestroy(stream_), "cudaStreamDestroy");
}

void Stream::check(cudaError_t error, const char* call) {
  if (error == cudaSuccess) return;
  const std::string lost = settle() == cudaSuccess ? std::string() : unfinished();
  check_cuda(error, lost.empty() ? call : lost.c_str());
}

std::string Stream::unfinished() {
  std::vector<std::string> works;
  const auto add = [&works](const Trail& trail) {
    const std::uint64_t missing = trail.missing();
    if (missing == 0) return;
    std::string work = trail.work_before(missing);
    if (std::ranges::find(works, work) == works.end()) works.push_back(std::move(work));
  };
  add(*trail_);
  for (Stream* other : others_) {
    other->settle();
    add(*other->trail_);
  }
  return fmt::format("{}", fmt::join(works, " or "));
}

void Stream::mark(const Trail::Work& work) {
  const cudaError_t error = trail_->mark(stream_, work);
  if (error != cudaSuccess && settle() == cudaSuccess) trail_->take_back();
  check(error, "the launch of a mark");
}

void Stream::tell_of_launch(cudaError_t error, const std::string& name) {
  check(error, fmt::format("the launch of kernel {}", name).c_str());
  throw FailureError("a kernel that was launched is told of as one that was not");
}

void Stream::wait(const Event& event) {
  check(cudaStreamWaitEvent(stream_, event.get(), 0), "cudaStreamWaitEvent");
}

float milliseconds_between(const TimedEvent& begin, const TimedEvent& end) {
  float milliseconds = 0.0F;
  check_cuda(cudaEventElapsedTime(&milliseconds, begin.get(), end.get()), "cudaEventElapsedTime");
  return milliseconds;
}

}  // namespace shoal
