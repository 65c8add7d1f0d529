// What can be told from the early stages is enough.
#include "pipeline/stages/memory.hpp"

#include "pipeline/engine/memory_check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {

void MemoryStage::run(Run& run) {
  const RankView mine = view_of_rank(run);
  Forecast of_rank = forecast(run, mine);
  if (!memory_suffices(run, of_rank.memory)) {
    run.releases_sets = true;
    of_rank = forecast(run, mine);
    log::info(
        "memory does not hold all feature sets: each is released after its last reader, and read again to be "
        "stored");
  }
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
