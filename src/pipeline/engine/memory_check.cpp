// Each rank forecasts for itself; what ranks of one host need together must be there.
#include "pipeline/engine/memory_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/quantities.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

/// What Slurm gives the job on this node, in bytes; 0 where it does not say or gives all.
std::int64_t memory_of_batch_job() {
  const std::int64_t of_node = number_in_environment("SLURM_MEM_PER_NODE");
  if (of_node > 0) return of_node * kMiB;
  return number_in_environment("SLURM_MEM_PER_CPU") * number_in_environment("SLURM_CPUS_ON_NODE") * kMiB;
}

struct RankReport {
  std::string host;
  std::vector<StageMemory> stages;
  std::int64_t resident = 0;
  std::int64_t available = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& host& stages& resident& available;
  }
};

RankReport report_of(const std::vector<StageMemory>& mine) {
  return {host_name(), mine, resident_memory(), available_memory()};
}

/// What the ranks of one host need together, and what is there.
struct MemoryOfNode {
  std::string host;
  int ranks = 0;
  std::vector<StageMemory> stages;  ///< of all its ranks; what they have in common once
  std::int64_t needed = 0;
  std::int64_t there = 0;
  int largest_rank = 0;
  StageMemory largest;  ///< of that rank

  void add(const std::vector<StageMemory>& of_rank) {
    stages.resize(of_rank.size());
    for (std::size_t i = 0; i < of_rank.size(); ++i) {
      stages[i].bytes += of_rank[i].bytes - of_rank[i].shared;
      stages[i].shared = std::max(stages[i].shared, of_rank[i].shared);
      needed = std::max(needed, stages[i].bytes + stages[i].shared);
    }
  }
};

MemoryOfNode& node_of(const std::string& host, std::vector<MemoryOfNode>& nodes) {
  const auto found =
      std::find_if(nodes.begin(), nodes.end(), [&](const MemoryOfNode& node) { return node.host == host; });
  if (found != nodes.end()) return *found;
  nodes.emplace_back().host = host;
  return nodes.back();
}

/// By host, with what each may take.
std::vector<MemoryOfNode> nodes_of(Run& run, const std::vector<StageMemory>& mine) {
  const auto reports = all_gather_objects(run.comm, report_of(mine));
  std::vector<MemoryOfNode> nodes;
  for (std::size_t rank = 0; rank < reports.size(); ++rank) {
    const RankReport& report = reports[rank];
    MemoryOfNode& node = node_of(report.host, nodes);
    if (const StageMemory& largest = largest_stage(report.stages); largest.bytes > node.largest.bytes) {
      node.largest = largest;
      node.largest_rank = static_cast<int>(rank);
    }
    node.there = node.ranks == 0 ? report.available : std::min(node.there, report.available);
    ++node.ranks;
    node.add(report.stages);
  }
  // What is free, and what the ranks have already.
  for (const RankReport& report : reports) node_of(report.host, nodes).there += report.resident;
  for (MemoryOfNode& node : nodes) {
    if (const std::int64_t given = memory_of_batch_job()) node.there = std::min(node.there, given);
    if (run.memory_of_node) node.there = *run.memory_of_node;
  }
  return nodes;
}

}  // namespace

RankView view_of_rank(const Run& run) {
  RankView rank{.ranks = run.comm.size(),
                .threads = run.threads,
                .resident = resident_memory(),
                .first_of_node = run.comm.node_rank() == 0};
  if (run.reading) rank.reading = forecast_reading(*run.reading, run.reading->of_rank, rank);
  return rank;
}

RankView among(const RankView& rank, int ranks, std::int64_t resident_at_start) {
  const std::int64_t of_posts = std::max<std::int64_t>(rank.resident - resident_at_start, 0);
  RankView other = rank;
  other.ranks = ranks;
  other.resident = std::min(rank.resident, resident_at_start) + of_posts * rank.ranks / ranks;
  return other;
}

std::string advice(const std::optional<Fitting>& fitting) {
  if (!fitting) return "no number of ranks would fit on such nodes: use ones with more memory";
  if (fitting->ranks == 1) return "1 rank would fit";
  return fmt::format("{} ranks would fit, with at most {} on such a node", fitting->ranks,
                     fitting->ranks_per_node);
}

void require_memory(Run& run, const std::vector<StageMemory>& mine, const MemoryNeed& need) {
  for (const MemoryOfNode& node : nodes_of(run, mine)) {
    log::debug("memory: {} of {} on {}", bytes_text(node.needed, ByteUnits::binary),
               bytes_text(node.there, ByteUnits::binary), node.host);
    // A batch system may tell one rank more than another: all decide alike.
    if (run.comm.max(std::int64_t{node.needed > node.there}) == 0) continue;
    const auto fitting = find_fitting(
        node.ranks, [&](int ranks, int per_node) { return need(ranks, per_node) <= node.there; });
    throw ResourceError(fmt::format(
        "memory does not suffice on {}: its {} ranks would take up to {}, and {} are there; rank {} would "
        "take most, {} in the stage '{}'. {}",
        node.host, node.ranks, bytes_text(node.needed, ByteUnits::binary),
        bytes_text(node.there, ByteUnits::binary), node.largest_rank,
        bytes_text(node.largest.bytes, ByteUnits::binary), node.largest.stage, advice(fitting)));
  }
}

bool memory_suffices(Run& run, const std::vector<StageMemory>& mine) {
  bool suffices = true;
  for (const MemoryOfNode& node : nodes_of(run, mine)) suffices = suffices && node.needed <= node.there;
  // A batch system may tell one rank more than another: all decide alike.
  return run.comm.max(std::int64_t{!suffices}) == 0;
}

std::int64_t memory_there(Run& run) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const MemoryOfNode& node : nodes_of(run, {{"read", peak_resident_memory(), 0}})) {
    least = std::min(least, node.there);
  }
  return least;
}

std::vector<StageMemory> forecast_among(const Run& run, const RankView& mine, int ranks) {
  RankView rank = among(mine, ranks, run.resident_at_start);
  if (run.reading && ranks != mine.ranks) {
    rank.reading = forecast_reading_among(*run.reading, ranks, mine.threads);
  }
  return forecast(run, rank).memory;
}

}  // namespace shoal
