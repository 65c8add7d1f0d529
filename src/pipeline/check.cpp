// Looking at a job: each stage tells what a run would do.
#include <fmt/format.h>

#include "pipeline/engine/runner.hpp"
#include "pipeline/open_job.hpp"
#include "pipeline/results/quarantine_csv.hpp"
#include "pipeline/results/run_folder.hpp"
#include "shoal/pipeline/run.hpp"

namespace shoal {

CheckSummary check_job(Communicator& comm, const RunOptions& options) {
  OpenJob opened(comm, options);
  opened.check();
  require_room_for_results(comm, opened.out(), opened.entering());
  Run run = opened.begin({});
  for (const auto& stage : run.stages) stage->prepare(run, {.out = {}, .settle = false});
  CheckSummary summary{fmt::format("job '{}' is sound\n", run.job.name), 0};
  for (const auto& stage : run.stages) {
    summary.text += stage->look(run);
    refuse_by_sizes(run);
  }
  summary.quarantine_rows = comm.sum(std::ssize(run.quarantine));
  summary.text += quarantine_excerpt(comm, run.quarantine);
  return summary;
}

}  // namespace shoal
