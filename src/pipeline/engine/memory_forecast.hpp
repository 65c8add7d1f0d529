// How much memory a rank will take, stage by stage, from what is known before the expensive stages begin.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/job/job.hpp"
#include "shoal/compute/backend.hpp"

namespace shoal {

/// How large a job is: counts of all ranks.
struct JobSize {
  std::int64_t posts = 0;
  std::int64_t columns = 0;  ///< of the vocabulary
  std::int64_t images = 0;   ///< files that begin as images
  std::int64_t images_per_tile = 0;
  std::vector<std::int64_t> largest_image_files{};  ///< bytes, falling; as many as a rank decodes at a time
};

/// One rank among others of its kind.
struct RankView {
  int ranks = 1;
  int threads = 1;
  std::int64_t resident = 0;  ///< bytes it takes when the expensive stages begin
  std::int64_t peak = 0;      ///< bytes it took at most until then
  bool first_of_node = true;  ///< it reads the weights for the others
};

struct StageMemory {
  std::string stage;
  std::int64_t bytes = 0;   ///< at most, in all
  std::int64_t shared = 0;  ///< of it, what the ranks of a node have in common

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& stage& bytes& shared;
  }
};

/// What so many ranks of a node would need together where one has that forecast and reads the weights for the
/// others.
std::int64_t needed_on_node(const std::vector<StageMemory>& first_of_node, int ranks);

/// By stage, in their order; "read" stands for all that is over when the expensive stages begin.
std::vector<StageMemory> forecast_memory(const Job& job, const Backend& backend, const JobSize& size,
                                         const RankView& rank);

/// A sentence where the backend's own memory, a GPU's, will not suffice for a stage of that rank; empty where
/// it will.
std::string why_no_room(const Job& job, const Backend& backend, const JobSize& size, const RankView& rank);

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

/// "1.25 GiB", "310 MiB".
std::string memory_text(std::int64_t bytes);

}  // namespace shoal
