// A run: the stages of the job in order, and what surrounds them.
#include "shoal/pipeline/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>

#include "pipeline/engine/pulse.hpp"
#include "pipeline/engine/runner.hpp"
#include "pipeline/open_job.hpp"
#include "pipeline/results/files.hpp"
#include "pipeline/results/run_json.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/journal/journal_folders.hpp"
#include "shoal/journal/run_lock.hpp"

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

/// Makes a folder that nobody else may look into: what lies in work/ names inputs and rows.
void make_private_folder(const fs::path& folder) {
  constexpr fs::perms kPrivate = fs::perms::owner_all;
  std::error_code error;
  fs::create_directory(folder, error);
  if (!error && (fs::status(folder, error).permissions() & fs::perms::all) == kPrivate) return;
  if (!error) fs::permissions(folder, kPrivate, error);
  if (!error) return;
  if (error != std::errc::operation_not_permitted && error != std::errc::not_supported) {
    throw_system_error("closing to others", folder.string(), error.value());
  }
  log::warning("'{}' cannot be closed to others ({}): see to it that nobody looks into it", folder.string(),
               error.message());
}

/// Makes the results folder, takes its lock (rank 0), removes what killed runs left there, and sets aside
/// what earlier ones finished where that is wished. files: those that the run will leave.
std::unique_ptr<RunLock> enter_folder(Communicator& comm, const fs::path& out,
                                      const std::vector<std::string>& files, bool fresh) {
  std::unique_ptr<RunLock> lock;
  on_root(comm, [&] {
    make_folders(out / "log");
    make_private_folder(out / "work");
    lock = std::make_unique<RunLock>(out);
    // Before there is a pulse, which writes progress.json under such a name.
    remove_leftovers(out, files);
    if (!fresh) return;
    for (const JournalFolder& journal : list_journals(out / "work", {}))
      remove_journal(out / "work", journal.name);
  });
  return lock;
}

RunSummary run_in_folder(Run& run, const JobFileText& source, bool fresh) {
  // Measuring may take a while: the lock must show signs of life by then.
  for (const auto& stage : run.stages)
    stage->prepare(run, {.out = run.out, .fresh = fresh, .settle = true, .tune = true});
  run_stages(run);
  on_root(run.comm, [&] { run.work->write_reached(); });
  write_run_json(run, source);
  return {run.corpus.accounting, run.quarantine_rows, run.out};
}

}  // namespace

RunSummary run_job(Communicator& comm, const RunOptions& options) {
  OpenJob opened(comm, options);
  opened.check();
  const fs::path out = opened.out();
  const auto lock = enter_folder(comm, out, opened.stages().files(), options.fresh);
  const EventLog events(out, comm.rank(), !opened.job().corpus.pseudonyms);
  Run run = opened.begin(out);
  run.work.emplace(out, JournalSettings{.sync_every = options.sync_every});
  run.progress.begin_run(run.job.name, comm.size());
  log::event("run_begin", {{"ranks", std::int64_t{comm.size()}}});
  Pulse pulse(comm, out, run.progress, lock.get(), deadline_of(options));
  log::info("job '{}' on {} ranks, {}", run.job.name, comm.size(), run.backend.description());
  try {
    RunSummary summary = run_in_folder(run, opened.source(), options.fresh);
    end_run(pulse, "done");
    return summary;
  } catch (const Interrupted&) {
    end_run(pulse, "interrupted");
    throw;
  } catch (const Error& error) {
    end_run(pulse, "failed");
    throw;
  }
}

}  // namespace shoal
