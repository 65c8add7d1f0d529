// Looking at a job: each stage tells what a run would do.
#include <fmt/format.h>

#include "pipeline/engine/device.hpp"
#include "pipeline/engine/runner.hpp"
#include "pipeline/engine/threads.hpp"
#include "pipeline/results/quarantine_csv.hpp"
#include "pipeline/stages/parse.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/pipeline/run.hpp"

namespace shoal {

CheckSummary check_job(Communicator& comm, const RunOptions& options) {
  LoadedJob loaded =
      load_job(comm, options.job_file, options.kinds != nullptr ? *options.kinds : built_in_kinds());
  StageList& stages = loaded.parsed.stages;
  const int threads = threads_of_rank(comm, options.threads);
  const Wishes wishes = stages.wishes();
  const auto backend = make_backend(comm, options.device, wishes, threads, agree_on_level(comm, wishes));
  Run run{comm, *backend, loaded.parsed.job, stages, {}, threads, resident_memory()};
  for (const auto& stage : stages) stage->prepare(run, {.out = {}, .settle = false});
  for (const auto& stage : stages) stage->check(comm);
  CheckSummary summary{fmt::format("job '{}' is sound\n", run.job.name), 0};
  for (const auto& stage : stages) {
    summary.text += stage->look(run);
    refuse_by_sizes(run);
  }
  summary.quarantine_rows = comm.sum(std::ssize(run.quarantine));
  summary.text += quarantine_excerpt(comm, run.quarantine);
  return summary;
}

}  // namespace shoal
