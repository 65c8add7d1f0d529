// Owners of a stream and of an event. Work on a stream runs in order, and later than it is asked for.
#pragma once

#include <cuda_runtime.h>

#include <utility>

#include "cuda_error.hpp"

namespace shoal {

class Event;

/// A stream of the device that is set when it is made. Its destructor waits for the work on it, so that
/// members declared before it, which that work may use, are still there.
class Stream {
 public:
  Stream() { check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cudaStreamCreate"); }
  ~Stream();
  Stream(Stream&& other) noexcept
      : stream_(std::exchange(other.stream_, nullptr)), last_kernel_(other.last_kernel_) {}
  Stream& operator=(Stream&&) = delete;

  [[nodiscard]] cudaStream_t get() const { return stream_; }
  /// Until all work on it is done. What fails on the way is told with the last kernel's name.
  void synchronize();
  /// The same after an error that is being told already: whatever comes of it.
  void settle() noexcept { cudaStreamSynchronize(stream_); }
  /// Work asked for from now on begins only after what the event stands for.
  void wait(const Event& event);
  /// For launch(), so that a failure can be told with a name.
  void remember(const void* kernel) { last_kernel_ = kernel; }

 private:
  cudaStream_t stream_ = nullptr;
  const void* last_kernel_ = nullptr;
};

/// A point of a stream that other streams, or the host, can wait for.
class Event {
 public:
  Event() : Event(cudaEventDisableTiming) {}
  ~Event() {
    if (event_ != nullptr) report_cuda(cudaEventDestroy(event_), "cudaEventDestroy");
  }
  Event(Event&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  Event& operator=(Event&&) = delete;

  [[nodiscard]] cudaEvent_t get() const { return event_; }
  void record(const Stream& stream) { check_cuda(cudaEventRecord(event_, stream.get()), "cudaEventRecord"); }

 protected:
  explicit Event(unsigned flags) { check_cuda(cudaEventCreateWithFlags(&event_, flags), "cudaEventCreate"); }

 private:
  cudaEvent_t event_ = nullptr;
};

/// One that takes the time when it is passed, which costs some.
class TimedEvent : public Event {
 public:
  TimedEvent() : Event(cudaEventDefault) {}
};
/// Both must have been passed.
float milliseconds_between(const TimedEvent& begin, const TimedEvent& end);

}  // namespace shoal
