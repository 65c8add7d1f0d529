// A results folder that this process holds: its lock, and a folder in it for what is on its way to its name.
#pragma once

#include <filesystem>
#include <thread>

#include "shoal/journal/fence.hpp"
#include "shoal/journal/run_lock.hpp"

namespace shoal {

class HeldFolder {
 public:
  /// Takes the lock, as RunLock does, gives signs of life from then on, and removes what runs that are gone
  /// had on its way: where one of them is not gone but stood still, nothing of that can get a name any more.
  explicit HeldFolder(const std::filesystem::path& out, const LockHolder& self = LockHolder::self(),
                      LockTimes times = {});
  /// Removes what did not get its name, then the lock.
  ~HeldFolder();
  HeldFolder(const HeldFolder&) = delete;
  HeldFolder& operator=(const HeldFolder&) = delete;

  [[nodiscard]] const RunLock& lock() const { return lock_; }
  [[nodiscard]] Fence& fence() { return fence_; }

 private:
  RunLock lock_;
  std::jthread touching_;
  Fence fence_;
};

}  // namespace shoal
