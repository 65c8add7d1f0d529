// Looking at a job: each stage tells what a run would do.
#include <fmt/format.h>

#include "pipeline/engine/runner.hpp"
#include "pipeline/open_job.hpp"
#include "pipeline/results/quarantine_csv.hpp"
#include "pipeline/results/run_folder.hpp"
#include "pipeline/stages/corpus_summary.hpp"
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
  const auto seen = summary_of_corpus(comm, run.corpus, run.quarantine);
  const nlohmann::ordered_json json{{"job", run.job.name}, {"corpus", seen}, {"text", summary.text}};
  if (comm.is_root())
    summary.json = json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  summary.text += quarantine_excerpt(comm, run.quarantine);
  return summary;
}

}  // namespace shoal
