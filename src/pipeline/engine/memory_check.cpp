// Each rank forecasts for itself; what ranks of one host need together must be there.
#include "pipeline/engine/memory_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "pipeline/images/decoding.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
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
struct NodeMemory {
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

NodeMemory& node_of(const std::string& host, std::vector<NodeMemory>& nodes) {
  const auto found =
      std::find_if(nodes.begin(), nodes.end(), [&](const NodeMemory& node) { return node.host == host; });
  if (found != nodes.end()) return *found;
  nodes.emplace_back().host = host;
  return nodes.back();
}

/// By host, with what each may take.
std::vector<NodeMemory> nodes_of(RunState& state, const std::vector<StageMemory>& mine) {
  const auto reports = all_gather_objects(state.comm, report_of(mine));
  std::vector<NodeMemory> nodes;
  for (std::size_t rank = 0; rank < reports.size(); ++rank) {
    const RankReport& report = reports[rank];
    NodeMemory& node = node_of(report.host, nodes);
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
  for (NodeMemory& node : nodes) {
    if (const std::int64_t given = memory_of_batch_job()) node.there = std::min(node.there, given);
    if (state.memory_of_node) node.there = *state.memory_of_node;
  }
  return nodes;
}

/// Bytes of the largest files among all ranks', so many at most, falling. Collective.
std::vector<std::int64_t> largest_files(Communicator& comm, const std::vector<ImageCandidate>& mine,
                                        int count) {
  const auto cut = [&](std::vector<std::int64_t>& bytes) {
    std::sort(bytes.begin(), bytes.end(), std::greater<>());
    bytes.resize(std::min(bytes.size(), static_cast<std::size_t>(count)));
  };
  std::vector<std::int64_t> bytes;
  for (const ImageCandidate& candidate : mine) bytes.push_back(candidate.ref.bytes);
  cut(bytes);
  std::vector<std::int64_t> of_all;
  for (const auto& part : all_gather_objects(comm, bytes))
    of_all.insert(of_all.end(), part.begin(), part.end());
  cut(of_all);
  return of_all;
}

}  // namespace

JobSize size_of_job(RunState& state) {
  JobSize size;
  size.posts = state.corpus.partition.rows();
  size.columns = state.tags.vocabulary.size();
  size.images_per_tile = state.tile_images;
  if (!state.index) return size;
  size.images = state.index->candidates;
  size.largest_image_files = largest_files(state.comm, state.index->at_home, decoding_threads(state.threads));
  return size;
}

RankView view_of_rank(const RunState& state) {
  return {state.comm.size(), state.threads, resident_memory(), peak_resident_memory(),
          state.comm.node_rank() == 0};
}

RankView among(const RankView& rank, int ranks, std::int64_t resident_at_start) {
  const auto shared_out = [&](std::int64_t bytes) {
    const std::int64_t of_posts = std::max<std::int64_t>(bytes - resident_at_start, 0);
    return std::min(bytes, resident_at_start) + of_posts * rank.ranks / ranks;
  };
  RankView other = rank;
  other.ranks = ranks;
  other.resident = shared_out(rank.resident);
  other.peak = shared_out(rank.peak);
  return other;
}

std::string advice(const std::optional<Fitting>& fitting) {
  if (!fitting) return "no number of ranks would fit on such nodes: use ones with more memory";
  if (fitting->ranks == 1) return "1 rank would fit";
  return fmt::format("{} ranks would fit, with at most {} on such a node", fitting->ranks,
                     fitting->ranks_per_node);
}

void require_memory(RunState& state, const std::vector<StageMemory>& mine, const MemoryNeed& need) {
  for (const NodeMemory& node : nodes_of(state, mine)) {
    log::debug("memory: {} of {} on {}", memory_text(node.needed), memory_text(node.there), node.host);
    // A batch system may tell one rank more than another: all decide alike.
    if (state.comm.max(std::int64_t{node.needed > node.there}) == 0) continue;
    const auto fitting = find_fitting(
        node.ranks, [&](int ranks, int per_node) { return need(ranks, per_node) <= node.there; });
    throw ResourceError(fmt::format(
        "memory does not suffice on {}: its {} ranks would take up to {}, and {} are there; rank {} would "
        "take most, {} in the stage '{}'. {}",
        node.host, node.ranks, memory_text(node.needed), memory_text(node.there), node.largest_rank,
        memory_text(node.largest.bytes), node.largest.stage, advice(fitting)));
  }
}

void require_backend_memory(RunState& state, const JobSize& size, const RankView& mine) {
  on_all(state.comm, [&] {
    const std::string why = why_no_room(state.job, state.backend, size, mine);
    if (!why.empty()) throw ResourceError(why);
  });
}

std::int64_t memory_there(RunState& state) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const NodeMemory& node : nodes_of(state, {{"read", peak_resident_memory(), 0}})) {
    least = std::min(least, node.there);
  }
  return least;
}

std::vector<StageMemory> forecast_among(const RunState& state, const JobSize& size, const RankView& mine,
                                        int ranks) {
  return forecast_memory(state.job, state.backend, size, among(mine, ranks, state.resident_at_start));
}

void run_memory(RunState& state) {
  const JobSize size = size_of_job(state);
  const RankView mine = view_of_rank(state);
  require_backend_memory(state, size, mine);
  state.forecast = forecast_memory(state.job, state.backend, size, mine);
  RankView first = mine;
  first.first_of_node = true;
  require_memory(state, state.forecast, [&](int ranks, int per_node) {
    return needed_on_node(forecast_among(state, size, first, ranks), per_node);
  });
}

}  // namespace shoal
