// Runs stages: all of them, or the early ones where a job is only looked at.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "pipeline/engine/stage_list.hpp"
#include "shoal/base/file.hpp"

namespace shoal {

/// All stages in their order, each timed and keyed. Throws Interrupted, on all ranks, where one was asked to
/// stop. Collective.
void run_stages(Run& run);

/// The early stages only, as they run in a job: what they make tells how large the job is. Collective.
void run_early_stages(Run& run);

/// The same for one stage: nothing where it is not early. Collective.
void run_if_early(Stage& stage, Run& run);

/// Sizes that the stages which have run tell, and those that follow from them, for a rank.
Sizes known_sizes(const Run& run, const RankView& rank);

/// Asks every stage whether it can be computed from inputs of the sizes that are known. Throws UsageError.
void refuse_by_sizes(const Run& run);

/// Events of each rank, in log/rank-N.jsonl of the results folder, below those of earlier runs.
class EventLog {
 public:
  /// quotes: whether messages keep what they quote, such as paths and names.
  EventLog(const std::filesystem::path& out, int rank, Fence& fence, bool quotes);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

 private:
  AppendFile file_;
};

}  // namespace shoal
