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
  /// By group of stages, in their order; "read" stands for all that is over when the expensive stages begin.
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

/// What is to be read.
struct ReadingSize {
  std::int64_t bytes = 0;         ///< of all files
  std::int64_t largest_file = 0;  ///< bytes; a file is read by one rank
  double memory_per_byte = 0.0;   ///< of the posts that a byte of a file becomes
  double packed_per_byte = 0.0;   ///< of the same on the way between ranks
};
/// What reading takes of a rank that reads bytes_of_rank of the files, at most, in all.
std::int64_t forecast_reading(const ReadingSize& size, std::int64_t bytes_of_rank, const RankView& rank);

/// The stage that takes most.
const StageMemory& largest_stage(const std::vector<StageMemory>& stages);

}  // namespace shoal
