// How far a run is: what rank 0 knows, as progress.json tells it.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// Any thread may tell and ask.
class Progress {
 public:
  void begin_run(std::string job, int ranks);
  void begin_stage(std::string_view stage);
  /// Of the stage that computes tiles: finished now by each rank, to compute in all, kept from earlier runs.
  void tiles(const std::vector<std::int64_t>& finished_by, std::int64_t to_compute, std::int64_t reused);
  /// running, stopping, interrupted, failed or done.
  void set_state(std::string_view state);

  /// progress.json: state, job, host, process, ranks, times in UTC, the stage, and of its tiles how many are
  /// done of all, from the journal, per second, the slowest rank's, and when the last is expected.
  [[nodiscard]] std::string json() const;

 private:
  using Clock = std::chrono::system_clock;
  mutable std::mutex mutex_;
  std::string job_;
  int ranks_ = 1;
  std::string state_ = "running";
  std::string started_;
  std::string stage_;
  std::string stage_started_;
  std::vector<std::int64_t> finished_by_;
  std::int64_t to_compute_ = 0;
  std::int64_t reused_ = 0;
  Clock::time_point tiles_begun_{};
};

}  // namespace shoal
