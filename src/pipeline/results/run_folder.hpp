// The results folder while a run is at work there.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/results/earlier.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/journal/held_folder.hpp"

namespace shoal {

/// How a run enters.
struct Entering {
  JobIdentity job;
  std::vector<std::string> files;  ///< that it will leave
  bool replace = false;            ///< also what is another job's, or nobody's
  bool fresh = false;              ///< without what earlier runs finished
  bool clear = false;              ///< results that are there go at once
};

/// Throws UsageError where a run could not enter: what is there may not be replaced, or nothing may be
/// written there. Whether another run is at work there it does not ask. Collective.
void require_room_for_results(Communicator& comm, const std::filesystem::path& out, const Entering& entering);

class RunFolder {
 public:
  /// Makes the folder, takes its lock, and removes what killed runs left half-written there. Throws
  /// UsageError where another run is at work there, or what is there may not be replaced; then nothing was
  /// changed. Collective.
  RunFolder(Communicator& comm, const std::filesystem::path& out, const Entering& entering);

  [[nodiscard]] Fence& fence() { return held_ ? held_->fence() : *fence_; }

 private:
  std::unique_ptr<HeldFolder> held_;  ///< on rank 0
  std::optional<Fence> fence_;        ///< on the others
};

}  // namespace shoal
