// What results tell of a grouping, and what describing groups takes.
#include <algorithm>
#include <numeric>

#include "pipeline/results/stored_order.hpp"
#include "pipeline/stages/cluster/clustering.hpp"

namespace shoal {
namespace {

/// Of a row that was grouped: labels of its own and of posts, distances.
constexpr std::int64_t kLabelledRow = 16;
/// Of the same while groups are described.
constexpr std::int64_t kDescribedRow = 64;
/// Names, leading tags and photos of a group, in several shapes.
constexpr std::int64_t kGroup = 4096;

void add_leading_tags(const Run& run, const DescribedGrouping& described, UnsValue& facts) {
  const auto count = static_cast<std::size_t>(run.job.report.top_tags);
  std::vector<std::string> tags;
  std::vector<double> weights;
  for (std::size_t group = 0; group < described.leading.size(); ++group) {
    for (std::size_t i = 0; i < count; ++i) {
      const bool there = i < described.leading[group].size();
      tags.push_back(there ? described.leading_names[group][i] : "");
      weights.push_back(there ? described.leading[group][i].mean : 0.0);
    }
  }
  const std::vector<std::int64_t> shape{described.grouping.groups(), run.job.report.top_tags};
  facts["top_tags"] = UnsArray<std::string>(std::move(tags), shape);
  facts["top_tag_weights"] = UnsArray<double>(std::move(weights), shape);
}

/// As images.h5ad numbers them. Collective.
UnsValue exemplars_of(const Run& run, const DescribedGrouping& described) {
  const auto count = static_cast<std::size_t>(run.job.report.photos);
  std::vector<std::int64_t> rows;
  for (auto group : described.exemplars) {
    group.resize(count, -1);
    rows.insert(rows.end(), group.begin(), group.end());
  }
  if (const Table* images = run.find_table("images")) rows = stored_rows(run.comm, *images, rows);
  return UnsArray<std::int64_t>(std::move(rows), {described.grouping.groups(), run.job.report.photos});
}

}  // namespace

void ClusteringStage::add_facts(Run& run, UnsValue& tree) const {
  const DescribedGrouping& described = *result_;
  const Grouping& grouping = described.grouping;
  const std::int64_t labelled = grouping.labelled();
  const auto largest = std::ranges::max_element(grouping.sizes);
  UnsValue& facts = tree["clusterings"][described.name];
  facts = grouping.facts;
  facts["of"] = described.of;
  // Results of the first version's two sets stay as they were; of another name only the kind tells what the
  // numbers are.
  const std::string& kind = run.set(described.of).second->kind;
  if (!usual_kind(described.of)) facts["of_kind"] = kind;
  facts["rows"] = described.table;
  facts["method"] = described.method;
  facts["labelled"] = labelled;
  facts["unlabelled"] = run.table(described.table).partition.rows() - labelled;
  facts["largest_share"] =
      labelled == 0 ? 0.0 : static_cast<double>(*largest) / static_cast<double>(labelled);
  facts["names"] = described.names;
  facts["sizes"] = grouping.sizes;
  if (!grouping.sentences.empty()) facts["sentences"] = grouping.sentences;
  add_leading_tags(run, described, facts);
  facts["exemplars"] = exemplars_of(run, described);
  // A map is in order of its names; readers show groupings in the order of the job.
  facts["position"] = static_cast<std::int64_t>(entry_.position);
}

void ClusteringStage::add_cost_of_groups(const Run& run, Sizes& sizes, std::int64_t groups,
                                         Cost& cost) const {
  sizes.groups += groups;
  const SetSize& set = sizes.sets.at(of());
  const std::int64_t while_described = cost.kept + sizes.rows_of_rank(set.table) * kDescribedRow;
  cost.kept += sizes.rows_of_rank(set.table) * kLabelledRow + groups * kGroup;
  const auto naming = sizes.sets.find(sizes.naming_set);
  if (naming == sizes.sets.end()) return;
  // Sums of the hashtags of each group's posts, and as they are added up over the ranks.
  const ClusteringShape sums{true, sizes.rows_of_rank("posts"), naming->second.columns, groups, true};
  const std::int64_t describing =
      2 * groups * sums.columns * static_cast<std::int64_t>(sizeof(std::int64_t)) +
      run.backend.clustering_memory(sums);
  cost.peak = std::max(cost.peak, while_described + describing);
  if (!cost.why_no_room.empty()) return;
  if (const std::string why = run.backend.why_no_room(sums); !why.empty()) {
    cost.why_no_room = "the hashtags of clustering '" + entry_.name + "': " + why;
  }
}

}  // namespace shoal
