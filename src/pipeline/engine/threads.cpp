// Threads and weights, before anything is read.
#include "pipeline/engine/threads.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/images/network.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/vision/vgg_weights.hpp"

namespace shoal {

int threads_of_rank(Communicator& comm, int asked) {
  const std::string mine = fmt::format("{} {}", host_name(), processor_set());
  int sharing = 0;
  for (const std::string& other : all_gather_objects(comm, mine)) sharing += other == mine ? 1 : 0;
  return asked > 0 ? asked : std::max(1, available_processors() / std::max(sharing, 1));
}

void check_weights(Communicator& comm, const Job& job) {
  if (!job.image || job.image->kind == ImageFeatureKind::rgb) return;
  on_root(comm, [&] {
    const WeightFile weights = open_weights(*job.image);
    VggWeights(weights, job.image->vgg.model);
  });
}

}  // namespace shoal
