// The checkpoint of an iterative stage in the journal, and the place where its ranks agree to stop.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/checkpoint.hpp"
#include "shoal/journal/state_file.hpp"
#include "shoal/journal/tile_journal.hpp"

namespace shoal {

/// Rank 0 reads and writes the state; the others get it from there. All calls are collective.
class StageCheckpoint : public Checkpoint {
 public:
  /// what: for messages. Beside the last state, at most one is written in journal.sync_every.
  StageCheckpoint(Communicator& comm, const std::filesystem::path& path, const Digest& key, std::string what,
                  const JournalSettings& journal);

  std::optional<State> load() override;
  /// Throws Interrupted on all ranks, with the state saved, where one was asked to stop. An error of rank 0's
  /// is its own: it ends the job.
  void save(const std::function<State()>& state, bool last) override;

 private:
  Communicator& comm_;
  StateFile file_;
  std::string what_;
  JournalSettings journal_;
  std::chrono::steady_clock::time_point last_write_ = std::chrono::steady_clock::now();
};

}  // namespace shoal
