// Who runs in a results folder: one run at a time. The lock of a run that was killed is recognised, also from
// another host.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "shoal/base/file.hpp"

namespace shoal {

struct LockHolder {
  std::string host;
  std::int64_t process = 0;
  std::string since;  ///< UTC
  std::int64_t ticks =
      0;  ///< when the process began, in the kernel's count: tells apart processes of one number
  std::string machine;       ///< which start of which machine, and which space of process numbers
  std::string batch_job;     ///< Slurm's, or empty
  std::int64_t restart = 0;  ///< which run of that batch job
  std::string token;         ///< random: no other run has it
  bool alive = false;        ///< as far as can be told from here

  /// This process.
  static LockHolder self();
};

/// Time as the lock needs it; tests give their own.
struct LockTimes {
  std::chrono::milliseconds stale_after{30000};  ///< without a sign of life, on another host
  std::chrono::milliseconds look_every{1000};
  std::chrono::milliseconds glance{10000};  ///< as stale_after, for who only wants to tell a person
  /// How long a process of this host that was killed may still be seen.
  std::chrono::milliseconds dying{2000};
};

class RunLock {
 public:
  /// Takes work/lock in the results folder. Throws UsageError, naming the holder, where another run lives
  /// there. A holder on another host is watched until it shows a sign of life or is stale.
  explicit RunLock(const std::filesystem::path& out, const LockHolder& self = LockHolder::self(),
                   LockTimes times = {});
  /// Removes the lock if it is still this run's.
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// A sign of life: to be given every few seconds. It reaches this run's own lock and never another's.
  void touch() const;
  /// What the lock says: a Fence of each rank compares it.
  [[nodiscard]] const std::string& content() const { return content_; }

 private:
  std::filesystem::path path_;
  std::string content_;
  FileDescriptor file_;
};

/// Who holds the lock of a results folder, if anybody. One on another host counts as alive where it shows a
/// sign of life within a glance, which is waited for.
std::optional<LockHolder> holder_of(const std::filesystem::path& out, LockTimes times = {});

}  // namespace shoal
