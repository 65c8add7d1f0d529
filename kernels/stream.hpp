// Owners of a stream and of an event. Work on a stream runs in order, and later than it is asked for.
#pragma once

#include <cuda_runtime.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cuda_error.hpp"
#include "trail.hpp"

namespace shoal {

class Event;

/// A stream of the device that is set when it is made. Its destructor waits for the work on it, so that
/// members declared before it, which that work may use, are still there.
class Stream {
 public:
  Stream() { check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cudaStreamCreate"); }
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] cudaStream_t get() const { return stream_; }
  /// For the answer to whatever is asked of the device for this stream. A device that is lost answers so to
  /// everything: then the kernels that did not come to their end are told, and else the call.
  void check(cudaError_t error, const char* call);
  /// Until all work on it is done.
  void synchronize() { check(cudaStreamSynchronize(stream_), "copies on a stream"); }
  /// The same after an error that is being told already; returns what comes of it.
  cudaError_t settle() noexcept { return cudaStreamSynchronize(stream_); }
  /// Work asked for from now on begins only after what the event stands for.
  void wait(const Event& event);
  /// For launch(): a kernel was asked for, or could not be. name: as kernel_name gives it.
  void mark_kernel(const std::string& name) { mark(Trail::Work{&name, nullptr}); }
  [[noreturn]] void tell_of_launch(cudaError_t error, const std::string& name);
  /// A library was asked for work on it. call: a literal that names it.
  void mark_call(const char* call) { mark(Trail::Work{nullptr, call}); }
  [[nodiscard]] const Trail& trail() const { return *trail_; }
  /// Streams that work at the same time, and stay where they are as long as this one lives: what is lost with
  /// its work may be their doing.
  void run_beside(std::vector<Stream*> others) { others_ = std::move(others); }

 private:
  void mark(const Trail::Work& work);
  /// What has not come to its end, here and on the streams beside, of a device that is lost; may be empty.
  [[nodiscard]] std::string unfinished();

  std::vector<Stream*> others_;
  std::unique_ptr<Trail> trail_ = std::make_unique<Trail>();
  cudaStream_t stream_ = nullptr;
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
  void record(Stream& stream) { stream.check(cudaEventRecord(event_, stream.get()), "cudaEventRecord"); }

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
