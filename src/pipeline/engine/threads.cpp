// Ranks share out the processors that they may use.
#include "pipeline/engine/threads.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/base/environment.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {

int threads_of_rank(Communicator& comm, int asked) {
  const std::string mine = fmt::format("{} {}", host_name(), processor_set());
  int sharing = 0;
  for (const std::string& other : all_gather_objects(comm, mine)) sharing += other == mine ? 1 : 0;
  return asked > 0 ? asked : std::max(1, available_processors() / std::max(sharing, 1));
}

}  // namespace shoal
