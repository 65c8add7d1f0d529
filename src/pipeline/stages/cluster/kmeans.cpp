// k-means over any feature set, sparse or dense.
#include "pipeline/stages/cluster/kmeans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/stages/cluster/present_rows.hpp"
#include "pipeline/stages/usable_rows.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/cluster/distinct_rows.hpp"
#include "shoal/data/row_source.hpp"

namespace shoal {
namespace {

/// Labels, distances, lengths and what else clustering keeps of a row.
constexpr std::int64_t kClusteredRow = 64;

UnsValue facts_of(const KMeansSettings& settings, const KMeansResult& result) {
  UnsValue facts;
  facts["k"] = settings.k;
  facts["n_init"] = settings.n_init;
  facts["max_iter"] = settings.max_iter;
  facts["tol"] = settings.tol;
  facts["seed"] = static_cast<std::int64_t>(settings.seed);
  facts["restart"] = result.restart;
  facts["iterations"] = result.iterations;
  facts["inertia"] = result.inertia;
  facts["tied"] = result.tied;
  return facts;
}

struct ClusteredSet {
  KMeansResult result;
  std::int64_t empty_groups = 0;
  std::int64_t distinct_rows = 0;  ///< counted, up to k, where groups are empty
};

template <class Rows>
ClusteredSet cluster_rows(Run& run, const Rows& rows, const KMeansSettings& settings, Checkpoint& state) {
  ClusteredSet clustered{kmeans(run.comm, run.backend.arrays(), rows, settings, state)};
  clustered.empty_groups = std::ranges::count(clustered.result.sizes, 0);
  if (clustered.empty_groups > 0) clustered.distinct_rows = count_distinct_rows(run.comm, rows, settings.k);
  return clustered;
}

/// Of a set: sparse rows, or dense ones; of dense rows those that have features.
ClusteredSet cluster_set(Run& run, const Table& table, const FeatureSet& set, const KMeansSettings& settings,
                         Checkpoint& state) {
  const RowRange mine = table.partition.owned_by(run.comm.rank());
  if (set.sparse()) {
    return cluster_rows(run, SparseRowsInMemory(set.csr(), mine, table.partition.rows()), settings, state);
  }
  if (!set.may_be_absent) {
    return cluster_rows(run, DenseRowsInMemory(set.dense(), mine, table.partition.rows()), settings, state);
  }
  const PresentRows present(run.comm, set);
  ClusteredSet clustered = cluster_rows(run, present.rows(), settings, state);
  clustered.result.labels = present.spread(clustered.result.labels, std::int32_t{-1});
  clustered.result.squared_distances = present.spread(clustered.result.squared_distances, 0.0);
  return clustered;
}

std::string about_empty_groups(const ClusteredSet& clustered, std::int64_t k, const std::string& rows) {
  const std::string empty = clustered.empty_groups == 1
                                ? fmt::format("1 of the {} groups is empty", k)
                                : fmt::format("{} of the {} groups are empty", clustered.empty_groups, k);
  if (clustered.distinct_rows < k) {
    return fmt::format("{}: only {} of the {} differ in their features, and k is {}; lower k to {} or less.",
                       empty, clustered.distinct_rows, rows, k, clustered.distinct_rows);
  }
  return fmt::format("{}: none of the {} is nearest to a centre there; lower k.", empty, rows);
}

}  // namespace

Grouping KMeansStage::find_groups(Run& run, const Table& table, const FeatureSet& set, Checkpoint& state) {
  require_usable_rows(run, fmt::format("the clustering '{}'", entry_.name), set.name);
  ClusteredSet clustered = cluster_set(run, table, set, settings_, state);
  KMeansResult& result = clustered.result;
  order_by_size(result);
  log::info("{}: {} groups of {} {}, inertia {:.6g} after {} iterations", entry_.name, settings_.k,
            result.labelled, table.name, result.inertia, result.iterations);
  Grouping grouping;
  if (clustered.empty_groups > 0) {
    grouping.sentences.push_back(about_empty_groups(clustered, settings_.k, table.name));
    if (run.comm.is_root()) log::warning("{}: {}", entry_.name, grouping.sentences.back());
  }
  grouping.facts = facts_of(settings_, result);
  grouping.labels = std::move(result.labels);
  grouping.sizes = std::move(result.sizes);
  grouping.strength = Strength{std::move(result.squared_distances),
                               [](double squared) { return static_cast<float>(std::sqrt(squared)); }};
  grouping.centroids = Centroids{set.columns, std::move(result.centroids)};
  return grouping;
}

Cost KMeansStage::cost(const Run& run, Sizes& sizes) const {
  const auto found = sizes.sets.find(of());
  if (found == sizes.sets.end()) return {};
  const SetSize& set = found->second;
  const std::int64_t rows = sizes.rows_of_rank(set.table);
  const std::int64_t centroids = settings_.k * set.columns * static_cast<std::int64_t>(sizeof(double));
  const ClusteringShape shape{set.sparse, rows, set.columns, settings_.k};
  // Dense rows are copied to be centred.
  const std::int64_t copy = set.sparse ? 0 : rows * set.columns * static_cast<std::int64_t>(sizeof(float));
  Cost cost;
  // This iteration's, the best restart's, the sums, the next ones, and what adding them up over the ranks or
  // packing them takes: six times the centroids, as measured.
  cost.peak = 6 * centroids + rows * kClusteredRow + copy + run.backend.clustering_memory(shape);
  cost.kept = centroids;
  cost.written[set.table + ".h5ad"] = centroids;
  cost.written["journal"] = 2 * centroids;
  if (const std::string why = run.backend.why_no_room(shape); !why.empty()) {
    cost.why_no_room = fmt::format("clustering '{}': {}", entry_.name, why);
  }
  sizes.largest_model = std::max(sizes.largest_model, centroids);
  add_cost_of_groups(run, sizes, settings_.k, cost);
  return cost;
}

void KMeansStage::refuse(const Sizes& sizes) const {
  const auto found = sizes.sets.find(of());
  if (found == sizes.sets.end() || settings_.k <= found->second.rows_with_features) return;
  const SetSize& set = found->second;
  if (set.rows_with_features == 0) {
    throw UsageError(
        fmt::format("the clustering '{}' has nothing to group: {}", entry_.name,
                    set.why_none.empty() ? fmt::format("there are no {}", set.rows_are) : set.why_none));
  }
  throw UsageError(fmt::format("the clustering '{}' has k = {}, and there are {} {}; lower k", entry_.name,
                               settings_.k, set.rows_with_features, set.rows_are));
}

}  // namespace shoal
