// Groups get names, leading hashtags and photos in one way, whichever method found them.
#include "pipeline/stages/cluster/clustering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "pipeline/engine/checkpoint.hpp"
#include "pipeline/results/stored_order.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

/// The group of each of this rank's posts: of its own row, or of the row of another table that it links to.
std::vector<std::int32_t> labels_of_posts(Run& run, const Table& table, const Grouping& grouping) {
  const Table& posts = run.table("posts");
  const auto link = posts.links.find(table.name);
  if (link == posts.links.end()) {
    return std::vector<std::int32_t>(
        static_cast<std::size_t>(posts.partition.owned_by(run.comm.rank()).size()), -1);
  }
  return fetch_rows<std::int32_t>(run.comm, table.partition, grouping.labels, link->second.first(), -1);
}

/// The image row of each of this rank's rows: itself, or the first that it links to; -1 where there is none.
std::vector<std::int64_t> images_of_rows(Run& run, const Table& table) {
  const RowRange mine = table.partition.owned_by(run.comm.rank());
  std::vector<std::int64_t> rows(static_cast<std::size_t>(mine.size()), -1);
  if (table.name == "images") {
    for (std::int64_t row = mine.begin; row < mine.end; ++row)
      rows[static_cast<std::size_t>(row - mine.begin)] = row;
  } else if (const auto link = table.links.find("images"); link != table.links.end()) {
    rows = link->second.first();
  }
  return rows;
}

/// Collective.
std::vector<std::vector<std::string>> names_of_columns(
    const FeatureSet* naming, const std::vector<std::vector<LeadingColumn>>& leading) {
  std::vector<std::int64_t> columns;
  for (const auto& group : leading) {
    for (const LeadingColumn& column : group) columns.push_back(column.column);
  }
  auto names = naming == nullptr ? std::vector<std::string>() : naming->column_names(columns);
  auto next = names.begin();
  std::vector<std::vector<std::string>> of_groups;
  for (const auto& group : leading) {
    of_groups.emplace_back(std::move_iterator(next), std::move_iterator(next + std::ssize(group)));
    next += std::ssize(group);
  }
  return of_groups;
}

void find_leading_columns(Run& run, DescribedGrouping& described) {
  const FeatureSet* naming = run.naming_set();
  const std::int64_t groups = described.grouping.groups();
  described.leading.resize(static_cast<std::size_t>(groups));
  if (naming != nullptr && groups > 0) {
    // At least three, for the name.
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(run.job.report.top_tags, 3));
    described.leading = leading_columns(run.comm, run.backend.arrays(), naming->csr(),
                                        described.labels_of_posts(), groups, count);
  }
  described.leading_names = names_of_columns(naming, described.leading);
  described.names = group_names(described.leading_names);
}

/// Among photos that are equally near, the order of their rows would tell the order of their names; the order
/// in which they are stored does not.
std::vector<ShownItem> shown_items(Run& run, const Table& table) {
  const std::vector<std::int64_t> rows = images_of_rows(run, table);
  std::vector<std::int64_t> places = rows;
  if (const Table* images = run.find_table("images")) places = stored_rows(run.comm, *images, rows);
  std::vector<ShownItem> items(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) items[i] = {rows[i], places[i]};
  return items;
}

void find_exemplars(Run& run, const Table& table, DescribedGrouping& described) {
  const Grouping& grouping = described.grouping;
  described.exemplars.resize(static_cast<std::size_t>(grouping.groups()));
  if (!grouping.strength || grouping.groups() == 0) return;
  described.exemplars =
      nearest_items(run.comm, grouping.labels, grouping.strength->values, shown_items(run, table),
                    grouping.groups(), static_cast<std::size_t>(run.job.report.photos));
}

/// What a method returned, checked against what was asked: a defect of a method must not become a result.
void require_sound(const Grouping& grouping, const Table& table, int rank) {
  const auto rows = static_cast<std::size_t>(table.partition.owned_by(rank).size());
  const auto known = [&](std::int32_t label) { return label >= -1 && label < grouping.groups(); };
  if (grouping.labels.size() == rows && std::ranges::all_of(grouping.labels, known) &&
      std::ranges::is_sorted(grouping.sizes, std::greater<>()) &&
      (!grouping.strength || grouping.strength->values.size() == rows)) {
    return;
  }
  throw FailureError(
      fmt::format("rank {}: a method returned {} labels for {} rows, a label that is no group's, or groups "
                  "that are not in the order of their sizes. This is a "
                  "defect of Shoal; please report it",
                  rank, grouping.labels.size(), rows));
}

/// Strengths of rows that belong to a group; NaN for the others.
FloatValues strengths_of(const Grouping& grouping) {
  FloatValues shown;
  for (std::size_t i = 0; i < grouping.labels.size(); ++i) {
    const double value = grouping.strength->values[i];
    const float of_row =
        grouping.strength->shown ? grouping.strength->shown(value) : static_cast<float>(value);
    shown.values.push_back(grouping.labels[i] < 0 ? std::numeric_limits<float>::quiet_NaN() : of_row);
  }
  return shown;
}

void add_labels(Table& table, const std::shared_ptr<const DescribedGrouping>& described,
                std::vector<std::int32_t> DescribedGrouping::*of_posts) {
  table.add(described->name, [described, of_posts] {
    return CategoryValues{of_posts == nullptr ? described->grouping.labels : (*described).*of_posts,
                          described->names};
  });
}

void add_columns(Run& run, Table& table, const std::shared_ptr<const DescribedGrouping>& described,
                 const std::string& strength_column) {
  if (table.name != "posts") add_labels(run.table("posts"), described, &DescribedGrouping::post_labels);
  add_labels(table, described, nullptr);
  const Grouping& grouping = described->grouping;
  if (grouping.strength) {
    table.add(described->name + "_" + strength_column,
              [described] { return strengths_of(described->grouping); });
  }
  if (!grouping.centroids) return;
  table.columns.emplace_back(
      Model{described->name + "_centroids", described->of, grouping.groups(), grouping.centroids->columns,
            [described]() -> const std::vector<double>& { return described->grouping.centroids->values; }});
}

}  // namespace

std::vector<ColumnOfTable> ClusteringStage::columns(const StageList& stages) const {
  const std::string table = stages.table_of("features." + of_);
  std::vector<ColumnOfTable> columns{{table, entry_.name}};
  if (table != "posts") columns.push_back({"posts", entry_.name});
  if (!strength_column().empty()) columns.push_back({table, entry_.name + "_" + strength_column()});
  return columns;
}

void ClusteringStage::run(Run& run) {
  const auto [found, set] = run.set(of_);
  Table& table = run.table(found->name);
  const Digest key = key_of(key_parts(run));
  // Names of clusterings are any text; a folder's are not.
  StageCheckpoint state(run.comm, run.work->place("cluster", key), key,
                        fmt::format("clustering '{}'", entry_.name), run.work->settings());
  auto described = std::make_shared<DescribedGrouping>();
  described->name = entry_.name;
  described->of = of_;
  described->table = table.name;
  described->method = entry_.kind;
  described->grouping = find_groups(run, table, *set, state);
  run.backend.arrays().give_back();  // to what follows, in another shape
  require_sound(described->grouping, table, run.comm.rank());
  if (table.name != "posts") described->post_labels = labels_of_posts(run, table, described->grouping);
  find_leading_columns(run, *described);
  find_exemplars(run, table, *described);
  run.backend.arrays().give_back();
  result_ = described;
  run.groupings.push_back(result_);
  add_columns(run, table, result_, strength_column());
}

}  // namespace shoal
