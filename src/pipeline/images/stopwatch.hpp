// Times the steps of images while several threads take them.
#pragma once

#include <chrono>
#include <exception>
#include <mutex>

#include "pipeline/images/times.hpp"

namespace shoal {

/// Any thread may tell and ask.
class ImageStopwatch {
 public:
  using Clock = std::chrono::steady_clock;

  /// Does work() as this step of so many images and returns what it returns. Where it throws, the time
  /// counts, the images do not.
  template <class Work>
  decltype(auto) time(ImageStep step, std::int64_t images, const Work& work) {
    const Lap lap(*this, step, images);
    return work();
  }

  /// A thread has waited since then.
  void waited(ImageWait wait, Clock::time_point since) {
    const double seconds = seconds_since(since);
    const std::lock_guard lock(mutex_);
    times_.waits[static_cast<std::size_t>(wait)] += seconds;
  }

  /// So far, for that many threads since this stopwatch was made.
  [[nodiscard]] ImageTimes times(int decoders, int computers) const {
    const std::lock_guard lock(mutex_);
    ImageTimes times = times_;
    times.seconds = seconds_since(start_);
    times.decoders = {decoders, decoders * times.seconds};
    times.computers = {computers, computers * times.seconds};
    return times;
  }

 private:
  static double seconds_since(Clock::time_point since) {
    return std::chrono::duration<double>(Clock::now() - since).count();
  }

  class Lap {
   public:
    Lap(ImageStopwatch& watch, ImageStep step, std::int64_t images)
        : watch_(watch), step_(step), images_(images) {}
    Lap(const Lap&) = delete;
    Lap& operator=(const Lap&) = delete;
    ~Lap() {
      const double seconds = seconds_since(start_);
      const bool failed = std::uncaught_exceptions() > exceptions_;
      const std::lock_guard lock(watch_.mutex_);
      StepTime& time = watch_.times_.steps[static_cast<std::size_t>(step_)];
      time.seconds += seconds;
      if (!failed) time.images += images_;
    }

   private:
    ImageStopwatch& watch_;
    ImageStep step_;
    std::int64_t images_;
    int exceptions_ = std::uncaught_exceptions();
    Clock::time_point start_ = Clock::now();
  };

  mutable std::mutex mutex_;
  ImageTimes times_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace shoal
