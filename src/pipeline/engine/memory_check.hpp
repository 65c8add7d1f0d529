// Whether a run's memory suffices, asked before the expensive stages.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/engine/memory_forecast.hpp"

namespace shoal {

/// This rank, when the cheap stages have run.
RankView view_of_rank(const Run& run);

/// The same rank among another number of ranks: it would hold that much more or less of the posts.
RankView among(const RankView& rank, int ranks, std::int64_t resident_at_start);
/// What each of so many ranks would take.
std::vector<StageMemory> forecast_among(const Run& run, const RankView& mine, int ranks);

/// A number of ranks, and how many of them a node may have, that would fit.
struct Fitting {
  int ranks = 0;
  int ranks_per_node = 0;
};
/// The least number of ranks, with per_node of them on a node or as many fewer as it takes. fits(ranks,
/// per_node): whether so many would. Nothing where none fits.
template <class Fits>
std::optional<Fitting> find_fitting(int per_node, const Fits& fits) {
  constexpr int kMostRanks = 1 << 17;
  for (int on_node = per_node; on_node >= 1; on_node = on_node > 1 ? (on_node + 1) / 2 : 0) {
    int enough = on_node;
    while (enough <= kMostRanks && !fits(enough, on_node)) enough *= 2;
    if (enough > kMostRanks) continue;
    int low = std::max(enough / 2, on_node);
    while (low < enough) {
      const int middle = low + (enough - low) / 2;
      if (fits(middle, on_node)) {
        enough = middle;
      } else {
        low = middle + 1;
      }
    }
    return Fitting{(enough + on_node - 1) / on_node * on_node, on_node};
  }
  return std::nullopt;
}

/// "24 ranks would fit, with at most 8 on such a node", or that none would.
std::string advice(const std::optional<Fitting>& fitting);

/// What a node with per_node of so many ranks would need, in bytes.
using MemoryNeed = std::function<std::int64_t(int ranks, int per_node)>;

/// Throws ResourceError, the same on all ranks, where the ranks of a node would together take more than is
/// there, naming node, stage and the number of ranks that would fit. mine: this rank's forecast. Collective.
void require_memory(Run& run, const std::vector<StageMemory>& mine, const MemoryNeed& need);

/// Whether it suffices; the same on all ranks. Collective.
bool memory_suffices(Run& run, const std::vector<StageMemory>& mine);

/// What the ranks of a node may take together, on the one that has least. Collective.
std::int64_t memory_there(Run& run);

}  // namespace shoal
