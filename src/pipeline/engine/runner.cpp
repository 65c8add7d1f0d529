// One stage after the other.
#include "pipeline/engine/runner.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/engine/redaction.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {
namespace {

/// Leaves where a rank was asked to stop: all of them, at the same place.
void leave_together_if_stop_requested(Communicator& comm) {
  if (comm.max(std::int64_t{stop_requested()}) != 0) throw Interrupted();
}

void note_keys(const Stage& stage, Run& run) {
  for (const Given& given : stage.gives()) run.keys[given.name] = stage.key_of_given(run, given.name);
}

/// Sets whose last reader has run make room for what follows.
void release_sets(const Stage& stage, Run& run) {
  for (const std::string& name : run.stages.last_read_by(stage)) {
    for (auto& [table_name, table] : run.tables) {
      FeatureSet* set = table.set(name.substr(name.find('.') + 1));
      if (set == nullptr || !set->read_again) continue;
      set->release();
      log::debug("'{}' is released until it is stored", name);
    }
  }
}

/// An event without what its message quotes.
std::string without_quotes_in_texts(const std::string& line) {
  auto event = nlohmann::ordered_json::parse(line, nullptr, false);
  if (!event.contains("text")) return line;
  event["text"] = without_quotes(event["text"].get<std::string>());
  return event.dump();
}

void run_stage(Stage& stage, Run& run) {
  const std::string group = stage.group();
  run.progress.begin_stage(group);
  log::event("stage_begin", {{"stage", group}, {"name", stage.name()}});
  const auto start = std::chrono::steady_clock::now();
  stage.run(run);
  if (run.releases_sets) release_sets(stage, run);
  give_back_freed_memory();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  run.timings.push_back({group, seconds.count(), peak_resident_memory()});
  note_keys(stage, run);
  if (stage.when() == When::early) refuse_by_sizes(run);
  log::event("stage_end", {{"stage", group}, {"name", stage.name()}, {"seconds", seconds.count()}});
  log::debug("{}: {:.2f} s", stage.name(), seconds.count());
}

}  // namespace

void run_stages(Run& run) {
  for (const auto& stage : run.stages) {
    leave_together_if_stop_requested(run.comm);
    run_stage(*stage, run);
  }
}

void run_if_early(Stage& stage, Run& run) {
  if (stage.when() != When::early) return;
  stage.run(run);
  note_keys(stage, run);
  refuse_by_sizes(run);
}

void run_early_stages(Run& run) {
  for (const auto& stage : run.stages) run_if_early(*stage, run);
}

Sizes known_sizes(const Run& run, const RankView& rank) {
  Sizes sizes{rank};
  for (const auto& stage : run.stages) static_cast<void>(stage->cost(run, sizes));
  return sizes;
}

void refuse_by_sizes(const Run& run) {
  const Sizes sizes = known_sizes(run, {});
  for (const auto& stage : run.stages) stage->refuse(sizes);
}

EventLog::EventLog(const std::filesystem::path& out, int rank, Fence& fence, bool quotes)
    : file_(out / "log" / fmt::format("rank-{}.jsonl", rank)) {
  log::set_event_sink([this, &fence, quotes](const std::string& line) {
    if (!fence.holds()) return;
    try {
      const std::string text = (quotes ? line : without_quotes_in_texts(line)) + "\n";
      file_.append(std::as_bytes(std::span(text)));
    } catch (const Error&) {
      // Nothing depends on the log; where the disk is full, the stages say so.
    }
  });
}

EventLog::~EventLog() { log::set_event_sink({}); }

}  // namespace shoal
