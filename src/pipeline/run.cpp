// A run: the stages of the job in order, and what surrounds them.
#include "shoal/pipeline/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "pipeline/engine/canonical.hpp"
#include "pipeline/engine/pulse.hpp"
#include "pipeline/engine/runner.hpp"
#include "pipeline/open_job.hpp"
#include "pipeline/results/files.hpp"
#include "pipeline/results/run_folder.hpp"
#include "pipeline/results/run_json.hpp"
#include "pipeline/run_opened.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// When to stop so that the ranks are gone before the time is over: a minute before, or a tenth of what is
/// left where that is less.
std::optional<Pulse::Clock::time_point> deadline_of(const RunOptions& options) {
  using std::chrono::seconds;
  std::optional<seconds> left = options.walltime;
  if (const std::int64_t end = number_in_environment("SLURM_JOB_END_TIME"); end > 0) {
    const seconds until{end - std::time(nullptr)};
    left = std::min(left.value_or(until), until);
  }
  if (!left) return std::nullopt;
  return Pulse::Clock::now() + *left - std::min(seconds(60), *left / 10);
}

/// The run's last word.
void end_run(Pulse& pulse, std::string_view outcome) {
  log::event("run_end", {{"state", std::string(outcome)}});
  pulse.end(outcome);
}

/// A run whose folder is another's by now meets that in many ways: its own files are gone. Throws what the
/// cause is.
void require_folder(Fence& fence) {
  try {
    fence.confirm();
  } catch (const Error&) {
    if (fence.lost()) throw;
  }
}

RunSummary run_in_folder(Run& run, const JobFileText& source, Fence& fence, bool fresh) {
  // Measuring may take a while: the lock must show signs of life by then.
  for (const auto& stage : run.stages)
    stage->prepare(run, {.out = run.out, .fresh = fresh, .settle = true, .tune = true});
  run_stages(run);
  on_root(run.comm, [&] { run.work->finish_list(); });
  write_run_json(run, source);
  on_root(run.comm, [&] { put_in_place(fence, run.out); });
  return {run.corpus.accounting, run.quarantine_rows, run.out};
}

}  // namespace

RunSummary run_job(Communicator& comm, const RunOptions& options) {
  OpenJob opened(comm, options);
  return run_opened_job(comm, opened, options);
}

RunSummary run_opened_job(Communicator& comm, OpenJob& opened, const RunOptions& options) {
  opened.check();
  const fs::path out = opened.out();
  RunFolder folder(comm, out, opened.entering());
  const EventLog events(out, comm.rank(), folder.fence(), !opened.job().corpus.pseudonyms);
  Run run = opened.begin(out);
  run.staging = folder.fence().staging();
  run.work.emplace(out, JournalSettings{.sync_every = options.sync_every, .fence = &folder.fence()},
                   comm.is_root());
  run.progress.begin_run(run.job.name, comm.size());
  log::event("run_begin", {{"ranks", std::int64_t{comm.size()}}});
  Pulse pulse(comm, out, run.progress, folder.fence(), deadline_of(options));
  log::info("job '{}' on {} ranks, {}", run.job.name, comm.size(), run.backend.description());
  try {
    RunSummary summary = run_in_folder(run, opened.source(), folder.fence(), options.fresh);
    end_run(pulse, "done");
    return summary;
  } catch (const Error& error) {
    require_folder(folder.fence());
    // Told by its code: who adds what was at work makes another error of it.
    end_run(pulse, error.code() == ExitCode::interrupted ? "interrupted" : "failed");
    throw;
  }
}

}  // namespace shoal
