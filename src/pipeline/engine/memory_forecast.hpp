// How much memory a rank will take, stage by stage, from what is known before the expensive stages begin.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pipeline/engine/stage_list.hpp"

namespace shoal {

/// What a run takes of a rank, and what all ranks write.
struct Forecast {
  /// By group of stages, in their order; "read" stands for what is over when the expensive stages begin, as
  /// it was forecast before.
  std::vector<StageMemory> memory;
  std::map<std::string, std::int64_t> written;  ///< bytes of all ranks, by file; "journal" stands for work/
  /// A sentence where the backend's own memory, a GPU's, will not suffice for a stage of that rank; empty
  /// where it will.
  std::string why_no_room;
};

/// The early stages must have run; rank: when they have. Sets are released where run.releases_sets says so.
Forecast forecast(const Run& run, const RankView& rank);

/// What so many ranks of a node would need together where one has that forecast and reads the weights for the
/// others.
std::int64_t needed_on_node(const std::vector<StageMemory>& first_of_node, int ranks);

/// What reading takes of a rank at most, in all, if it reads that share. rank: how many there are, and its
/// threads.
std::int64_t forecast_reading(const ReadingSize& size, const ReadingShare& share, const RankView& rank);
/// The same for the fullest of so many ranks.
std::int64_t forecast_reading_among(const ReadingSize& size, int ranks, int threads);

/// The stage that takes most.
const StageMemory& largest_stage(const std::vector<StageMemory>& stages);

}  // namespace shoal
