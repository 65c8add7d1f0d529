// A run: the stages of the table in order, each timed, and what surrounds them.
#include "shoal/pipeline/run.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>

#include "pipeline/engine/device.hpp"
#include "pipeline/engine/pulse.hpp"
#include "pipeline/engine/threads.hpp"
#include "pipeline/images/precision.hpp"
#include "pipeline/images/tuning.hpp"
#include "pipeline/job/load.hpp"
#include "pipeline/results/files.hpp"
#include "pipeline/results/quarantine_csv.hpp"
#include "pipeline/results/run_json.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/journal/journal_folders.hpp"
#include "shoal/journal/run_lock.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Leaves where a rank was asked to stop: all of them, at the same place.
void leave_together_if_stop_requested(Communicator& comm) {
  if (comm.max(std::int64_t{stop_requested()}) != 0) throw Interrupted();
}

void run_stages(RunState& state) {
  for (const Stage& stage : stages()) {
    if (!stage.wanted(state.job)) continue;
    leave_together_if_stop_requested(state.comm);
    state.progress.begin_stage(stage.name);
    log::event("stage_begin", {{"stage", std::string(stage.name)}});
    const auto start = std::chrono::steady_clock::now();
    stage.run(state);
    give_back_freed_memory();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    state.timings.push_back({std::string(stage.name), seconds.count()});
    state.keys[stage.name] = stage_key(stage, state);
    log::event("stage_end", {{"stage", std::string(stage.name)}, {"seconds", seconds.count()}});
    log::debug("{}: {:.2f} s", stage.name, seconds.count());
  }
}

std::string lines_of_check(RunState& state) {
  const Accounting& counts = state.corpus.accounting;
  std::string text = fmt::format(
      "job '{}' is sound\n{} records in {} files: {} would be kept, {} filtered, {} merged, {} quarantined\n",
      state.job.name, counts.read, state.corpus.files, counts.kept, counts.filtered, counts.merged,
      counts.quarantined);
  if (state.job.tags)
    text += fmt::format("{} tags in the vocabulary, on {} posts\n", state.tags.vocabulary.size(),
                        state.tags.posts_with_tags);
  return text;
}

}  // namespace

namespace {

/// Events of each rank, in log/rank-N.jsonl of the results folder, below those of earlier runs.
class EventLog {
 public:
  EventLog(const fs::path& out, int rank) : file_(out / "log" / fmt::format("rank-{}.jsonl", rank)) {
    log::set_event_sink([this](const std::string& line) {
      try {
        const std::string text = line + "\n";
        file_.append(std::as_bytes(std::span(text)));
      } catch (const Error&) {
        // Nothing depends on the log; where the disk is full, the stages say so.
      }
    });
  }
  ~EventLog() { log::set_event_sink({}); }
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

 private:
  AppendFile file_;
};

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

RunSummary run_in_folder(RunState& state, const JobFileText& source) {
  run_stages(state);
  on_root(state.comm, [&] { state.work->write_reached(); });
  write_run_json(state, source);
  return {state.corpus.accounting, state.quarantine_rows, state.out};
}

/// The run's last word.
void end_run(Pulse& pulse, std::string_view outcome) {
  log::event("run_end", {{"state", std::string(outcome)}});
  pulse.end(outcome);
}

/// Makes the results folder, takes its lock (rank 0), removes what killed runs left there, and sets aside
/// what earlier ones finished where that is wished.
std::unique_ptr<RunLock> enter_folder(Communicator& comm, const fs::path& out, bool fresh) {
  std::unique_ptr<RunLock> lock;
  on_root(comm, [&] {
    std::error_code error;
    fs::create_directories(out / "log", error);
    if (error) throw_system_error("creation", (out / "log").string(), error.value());
    lock = std::make_unique<RunLock>(out);
    // Before there is a pulse, which writes progress.json under such a name.
    remove_leftovers(out);
    if (!fresh) return;
    for (const JournalFolder& journal : list_journals(out / "work", {}))
      remove_journal(out / "work", journal.name);
  });
  return lock;
}

}  // namespace

RunSummary run_job(Communicator& comm, const RunOptions& options) {
  LoadedJob loaded = load_job(comm, options.job_file);
  const Job& job = loaded.job;
  const fs::path out = options.out.value_or(fs::path("out") / job.name);
  const int threads = threads_of_rank(comm, options.threads);
  const auto backend = make_backend(comm, options.device, job, threads, agree_on_level(comm, job));
  check_weights(comm, job);
  const auto lock = enter_folder(comm, out, options.fresh);
  const EventLog events(out, comm.rank());
  RunState state{
      comm, *backend, job, out, threads, kCpuTileImages, resident_memory(), options.memory_of_node};
  state.work.emplace(out, JournalSettings{.sync_every = options.sync_every});
  state.progress.begin_run(job.name, comm.size());
  log::event("run_begin", {{"ranks", std::int64_t{comm.size()}}});
  Pulse pulse(comm, out, state.progress, lock.get(), deadline_of(options));
  log::info("job '{}' on {} ranks, {}", job.name, comm.size(), backend->description());
  try {
    // Measuring may take a while: the lock must show signs of life by then.
    settle_precision(comm, *backend, loaded.job, out, options.fresh);
    state.tile_images = images_of_tile(comm, *backend, job);
    settle_plans(comm, *backend, loaded.job, state.tile_images, out, options.fresh);
    RunSummary summary = run_in_folder(state, loaded.source);
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

CheckSummary check_job(Communicator& comm, const RunOptions& options) {
  const LoadedJob loaded = load_job(comm, options.job_file);
  const Job& job = loaded.job;
  const int threads = threads_of_rank(comm, options.threads);
  const auto backend = make_backend(comm, options.device, job, threads, agree_on_level(comm, job));
  require_precision(*backend, job);
  RunState state{comm, *backend, job, {}, threads, images_of_tile(comm, *backend, job), resident_memory()};
  check_weights(comm, job);
  read_without_names(state);
  if (job.tags) run_tags(state);
  CheckSummary summary{lines_of_check(state), 0};
  if (job.image) {
    ImageIndex index = index_job_images(state);
    summary.text += fmt::format("{} images named: {} found, {} missing, {} not images\n", index.named,
                                index.candidates, index.missing, index.unreadable);
    std::move(index.quarantine.begin(), index.quarantine.end(), std::back_inserter(state.quarantine));
  }
  summary.quarantine_rows = comm.sum(static_cast<std::int64_t>(state.quarantine.size()));
  summary.text += quarantine_excerpt(comm, state.quarantine);
  return summary;
}

}  // namespace shoal
