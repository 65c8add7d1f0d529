// A run: the stages of the table in order, each timed, and what surrounds them.
#include "shoal/pipeline/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "load_job.hpp"
#include "on_root.hpp"
#include "quarantine_csv.hpp"
#include "run_json.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "stages.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

int threads_of_rank(const Communicator& comm, int asked) {
  return asked > 0 ? asked : std::max(1, available_processors() / comm.node_size());
}

/// All ranks compute at the lowest level of any of them: equal bits are promised within one level.
InstructionLevel agree_on_level(Communicator& comm) {
  auto level = static_cast<std::int64_t>(detect_instruction_level());
  comm.allreduce_min(std::span(&level, 1));
  return static_cast<InstructionLevel>(level);
}

/// Makes the folder and removes what a killed run left half-written, and results that this job does not make.
void prepare_folder(Communicator& comm, const fs::path& out, const Job& job) {
  on_root(comm, [&] {
    std::error_code error;
    fs::create_directories(out, error);
    if (error) throw_system_error("creation", out.string(), error.value());
    for (const auto& entry : fs::directory_iterator(out, error)) {
      if (entry.path().extension() == ".partial") fs::remove(entry.path(), error);
    }
    if (job.image) return;
    for (const char* name : {"images.h5ad", "thumbnails.tar"}) fs::remove(out / name, error);
  });
}

void run_stages(RunState& state, std::map<std::string_view, std::string>& keys) {
  for (const Stage& stage : stages()) {
    if (!stage.wanted(state.job)) continue;
    leave_if_stop_requested();
    const auto start = std::chrono::steady_clock::now();
    stage.run(state);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    state.timings.push_back({std::string(stage.name), seconds.count()});
    keys[stage.name] = stage_key(stage, state, keys);
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

RunSummary run_job(Communicator& comm, const RunOptions& options) {
  const Job job = load_job(comm, options.job_file);
  const fs::path out = options.out.value_or(fs::path("out") / job.name);
  const int threads = threads_of_rank(comm, options.threads);
  const auto backend = make_cpu_backend({threads, agree_on_level(comm)});
  log::info("job '{}' on {} ranks, {}", job.name, comm.size(), backend->description());
  prepare_folder(comm, out, job);
  RunState state{comm, *backend, job, out, threads};
  std::map<std::string_view, std::string> keys;
  run_stages(state, keys);
  const std::int64_t rows = write_quarantine(comm, state.quarantine, out / "quarantine.csv");
  write_run_json(state, keys, rows);
  return {state.corpus.accounting, rows, out};
}

CheckSummary check_job(Communicator& comm, const RunOptions& options) {
  const Job job = load_job(comm, options.job_file);
  const int threads = threads_of_rank(comm, options.threads);
  const auto backend = make_cpu_backend({threads, agree_on_level(comm)});
  RunState state{comm, *backend, job, {}, threads};
  run_read(state);
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
