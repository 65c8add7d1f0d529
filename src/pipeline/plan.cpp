// The early stages are run, the others forecast.
#include "shoal/pipeline/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "pipeline/engine/memory_check.hpp"
#include "pipeline/engine/runner.hpp"
#include "pipeline/open_job.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/quantities.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

std::string memory_text(std::int64_t bytes) { return bytes_text(bytes, ByteUnits::binary); }

std::string size_lines(const Run& run, const PlanShape& shape) {
  std::string text = fmt::format("job '{}' on {} rank{} of {} thread{}, {} a node\n", run.job.name,
                                 shape.ranks, shape.ranks == 1 ? "" : "s", run.threads,
                                 run.threads == 1 ? "" : "s", shape.ranks_per_node);
  std::vector<std::string> sizes;
  for (const auto& stage : run.stages) {
    if (std::string size = stage->size_text(run); !size.empty()) sizes.push_back(std::move(size));
  }
  text += fmt::format("{}\n", fmt::join(sizes, ", "));
  std::vector<std::string> owned;
  for (const auto& [table, rows] : known_sizes(run, {}).rows) {
    // Posts first: they are what a job is about.
    owned.insert(table == "posts" ? owned.begin() : owned.end(),
                 fmt::format("{} {}", (rows + shape.ranks - 1) / shape.ranks, table));
  }
  return text + fmt::format("a rank owns up to {}\n", fmt::join(owned, " and "));
}

std::string memory_lines(const std::vector<StageMemory>& stages) {
  std::string text = "memory of a rank\n";
  for (const StageMemory& stage : stages)
    text += fmt::format(
        "  {:<8} {}{}\n", stage.stage, memory_text(stage.bytes),
        stage.shared > 0 ? fmt::format(", {} of it for all ranks of a node", memory_text(stage.shared)) : "");
  return text;
}

fs::path nearest_folder(fs::path path) {
  path = fs::absolute(path);
  std::error_code error;
  while (!fs::is_directory(path, error) && path.has_relative_path()) path = path.parent_path();
  return path;
}

/// Whether the results fit onto the disk that they go to; a line about it.
bool room_on_disk(const fs::path& out, const std::map<std::string, std::int64_t>& written,
                  std::string& text) {
  std::int64_t all = 0;
  std::vector<std::string> parts;
  for (const auto& [file, bytes] : written) {
    all += bytes;
    parts.insert(file == "posts.h5ad" ? parts.begin() : parts.end(),
                 fmt::format("{} {}", file, memory_text(bytes)));
  }
  text += fmt::format("written    at most: {}\n", fmt::join(parts, ", "));
  std::error_code error;
  const auto space = fs::space(nearest_folder(out), error);
  if (error || space.available >= static_cast<std::uintmax_t>(all)) return true;
  text += fmt::format("the disk of '{}' has {} left: not enough\n", out.string(),
                      memory_text(static_cast<std::int64_t>(space.available)));
  return false;
}

/// The rank that holds most. The same on all ranks. Collective.
RankView largest_rank(const Run& run) {
  RankView view = view_of_rank(run);
  view.resident = run.comm.max(view.resident);
  view.reading = run.comm.max(view.reading);
  view.first_of_node = true;
  return view;
}

/// Whether so many ranks fit onto a node; lines about it.
bool room_in_memory(Run& run, const RankView& rank, const PlanShape& shape, std::int64_t there,
                    std::string& text) {
  const auto node = [&](int ranks, int per_node) {
    return needed_on_node(forecast_among(run, rank, ranks), per_node);
  };
  std::int64_t needed = node(shape.ranks, shape.ranks_per_node);
  if (needed > there) {
    // As the run would: sets that no further stage reads make room.
    run.releases_sets = true;
    needed = node(shape.ranks, shape.ranks_per_node);
  }
  text += memory_lines(forecast_among(run, rank, shape.ranks));
  const bool fits = needed <= there;
  text += fmt::format("a node     needs {} and has {}: {}\n", memory_text(needed), memory_text(there),
                      fits ? "it fits" : "it does not fit");
  if (fits) return true;
  const auto fitting = find_fitting(shape.ranks_per_node,
                                    [&](int ranks, int per_node) { return node(ranks, per_node) <= there; });
  text += fmt::format("           {}\n", advice(fitting));
  return false;
}

/// Whether each rank's backend has room for what it computes, by how many ranks share a GPU here; a line
/// where not. Collective.
bool room_of_backend(const Run& run, const Forecast& planned, std::string& text) {
  for (const std::string& why : all_gather_objects(run.comm, planned.why_no_room)) {
    if (why.empty()) continue;
    text += fmt::format("           {}\n", why);
    return false;
  }
  return true;
}

PlanShape shape_of(Communicator& comm, const PlanShape& asked) {
  PlanShape shape{asked.ranks > 0 ? asked.ranks : comm.size(), asked.ranks_per_node};
  if (shape.ranks_per_node == 0) shape.ranks_per_node = std::min(shape.ranks, comm.node_size());
  return shape;
}

PlanSummary plan_run(Run& run, const PlanShape& shape, const fs::path& out) {
  run_early_stages(run);
  // As a run does after each stage.
  give_back_freed_memory();
  const RankView rank = largest_rank(run);
  const std::int64_t there = memory_there(run);
  RankView planned = rank;
  planned.ranks = shape.ranks;
  const Forecast all = forecast(run, planned);
  PlanSummary summary;
  summary.text = size_lines(run, shape);
  summary.fits = room_in_memory(run, rank, shape, there, summary.text);
  const bool computes = room_of_backend(run, all, summary.text);
  summary.fits = room_on_disk(out, all.written, summary.text) && summary.fits && computes;
  if (!computes) return summary;
  on_root(run.comm, [&] {
    for (const auto& stage : run.stages) summary.text += stage->time_text(run, shape.ranks);
  });
  return summary;
}

}  // namespace

PlanSummary plan_job(Communicator& comm, const RunOptions& options, const PlanShape& asked) {
  OpenJob opened(comm, options);
  opened.check();
  Run run = opened.begin({});
  for (const auto& stage : run.stages) stage->prepare(run, {.out = {}});
  return plan_run(run, shape_of(comm, asked), opened.out());
}

}  // namespace shoal
