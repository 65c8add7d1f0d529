// Threads, arithmetic and weights, before anything is read.
#include "start.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "image_network.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/vision/vgg_weights.hpp"

namespace shoal {

int threads_of_rank(Communicator& comm, int asked) {
  const std::string mine = fmt::format("{} {}", host_name(), processor_set());
  int sharing = 0;
  for (const std::string& other : all_gather_objects(comm, mine)) sharing += other == mine ? 1 : 0;
  return asked > 0 ? asked : std::max(1, available_processors() / std::max(sharing, 1));
}

InstructionLevel agree_on_level(Communicator& comm) {
  auto level = static_cast<std::int64_t>(detect_instruction_level());
  comm.allreduce_min(std::span(&level, 1));
  return static_cast<InstructionLevel>(level);
}

void check_weights(const Job& job) {
  if (!job.image) return;
  if (const auto weights = open_weights(*job.image)) VggWeights(*weights, job.image->vgg.model);
}

}  // namespace shoal
