// What can be told from the early stages is enough.
#include "pipeline/stages/memory.hpp"

#include "pipeline/engine/memory_check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {

void MemoryStage::run(Run& run) {
  const RankView mine = view_of_rank(run);
  const Forecast of_rank = forecast(run, mine);
  on_all(run.comm, [&] {
    if (!of_rank.why_no_room.empty()) throw ResourceError(of_rank.why_no_room);
  });
  run.forecast = of_rank.memory;
  RankView first = mine;
  first.first_of_node = true;
  require_memory(run, run.forecast, [&](int ranks, int per_node) {
    return needed_on_node(forecast_among(run, first, ranks), per_node);
  });
}

}  // namespace shoal
