// What a thread of each rank does beside the stages: a stop that one rank was asked for reaches all, ranks
// that fall silent are named, the lock is looked at, progress.json is written.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "pipeline/engine/progress.hpp"
#include "shoal/comm/mailbox.hpp"
#include "shoal/journal/fence.hpp"

namespace shoal {

class Pulse {
 public:
  using Clock = std::chrono::steady_clock;

  /// deadline: when rank 0 asks for a stop. Where rank 0 finds that the folder is
  /// another run's by now, the job is ended at once. Collective.
  Pulse(Communicator& comm, const std::filesystem::path& out, Progress& progress, Fence& fence,
        std::optional<Clock::time_point> deadline);
  /// The run is over: ends the thread, waits for no other rank, and leaves the outcome in progress.json.
  void end(std::string_view outcome);
  /// As end("failed"), where it was not called.
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

 private:
  void beat();
  void read_letters();
  void tell_of_stop();
  void send(int to, std::byte kind);
  void work_of_root(Clock::time_point now);
  void look_at_lock();
  void write_progress();
  void name_silent_ranks(Clock::time_point now);

  Communicator& comm_;
  std::filesystem::path out_;
  Progress& progress_;
  Fence& fence_;
  std::optional<Clock::time_point> deadline_;
  std::unique_ptr<Mailbox> mailbox_;
  std::vector<Clock::time_point> heard_;  ///< on rank 0: when each rank was heard of last
  std::vector<char> silent_;
  bool told_ = false;
  bool progress_fails_ = false;
  Clock::time_point next_sign_{};
  Clock::time_point next_look_{};
  Clock::time_point next_progress_{};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace shoal
