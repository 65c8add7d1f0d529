// A row is present where all of its parts are. Sets of images join posts by the first image of each.
#include "pipeline/stages/features/concatenated.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/stages/features/linked_rows.hpp"
#include "pipeline/stages/usable_rows.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace {

/// Sets beside each other: where the columns of each begin, and where those of the last end.
std::vector<std::int64_t> begins_of(const std::vector<const FeatureSet*>& parts) {
  std::vector<std::int64_t> begins{0};
  for (const FeatureSet* part : parts) begins.push_back(begins.back() + part->columns);
  return begins;
}

/// Weighs values, and notes the first that becomes none that can be stored.
class Weighing {
 public:
  float operator()(float value, double weight, std::int64_t row, std::int64_t column) {
    const auto result = static_cast<float>(static_cast<double>(value) * weight);
    if (std::isfinite(result)) return result;
    const FoundValue found{row, column, value};
    if (found.is_before(overflow_)) overflow_ = found;
    return 0.0F;
  }
  /// Collective.
  void refuse_overflow(Run& run, const std::string& heading, const Table& table,
                       const ColumnNames& names) const {
    refuse_found(
        run, table, names, overflow_, fmt::format("{} cannot weigh ", heading),
        ", which is beyond float32 with its weight; take a smaller one, or what kind = \"scale\" makes of "
        "the set");
  }

 private:
  std::optional<FoundValue> overflow_;
};

CsrMatrix beside(const std::vector<const FeatureSet*>& parts, const std::vector<double>& weights,
                 Weighing& weighed) {
  const std::vector<std::int64_t> begins = begins_of(parts);
  CsrMatrix all;
  all.columns = begins.back();
  for (std::int64_t i = 0; i < parts.front()->csr().rows(); ++i) {
    const bool whole = std::ranges::all_of(parts, [&](const FeatureSet* part) { return part->has(i); });
    for (std::size_t p = 0; whole && p < parts.size(); ++p) {
      const SparseRow row = parts[p]->csr().row(i);
      for (std::size_t e = 0; e < row.columns.size(); ++e) {
        all.indices.push_back(static_cast<std::int32_t>(begins[p] + row.columns[e]));
        all.values.push_back(weighed(row.values[e], weights[p], i, all.indices.back()));
      }
    }
    all.close_row();
  }
  return all;
}

/// Names of the parts' own columns.
ColumnNames names_of(const std::vector<const FeatureSet*>& parts) {
  std::vector<ColumnNames> names;
  for (const FeatureSet* part : parts) names.push_back(part->column_names);
  return [names, begins = begins_of(parts)](std::span<const std::int64_t> columns) {
    std::vector<std::string> all(columns.size());
    for (std::size_t p = 0; p < names.size(); ++p) {
      std::vector<std::int64_t> own;
      std::vector<std::size_t> places;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i] < begins[p] || columns[i] >= begins[p + 1]) continue;
        own.push_back(columns[i] - begins[p]);
        places.push_back(i);
      }
      std::vector<std::string> found = names[p](own);
      for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = std::move(found[i]);
    }
    return all;
  };
}

}  // namespace

void ConcatenatedStage::run(Run& run) {
  Table& table = run.table(run.set(of().front()).first->name);
  std::vector<const FeatureSet*> parts;
  for (const std::string& set : of()) parts.push_back(run.set(set).second);
  const ColumnNames names = names_of(parts);
  Weighing weighed;
  if (parts.front()->sparse()) {
    FeatureSet set = new_set();
    CsrMatrix rows = beside(parts, weights_, weighed);
    weighed.refuse_overflow(run, heading(), table, names);
    set.columns = rows.columns;
    set.rows = std::move(rows);
    set.column_names = names;
    return table.add(std::move(set));
  }
  const std::vector<std::int64_t> begins = begins_of(parts);
  const std::int64_t rows = table.partition.owned_by(run.comm.rank()).size();
  DenseMatrix all(rows, begins.back());
  std::vector<std::uint8_t> present(static_cast<std::size_t>(rows), 1);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    for_linked_rows(
        run, table, of()[p], [&](std::int64_t row, const std::optional<std::span<const float>>& values) {
          if (!values) {
            present[static_cast<std::size_t>(row)] = 0;
            return;
          }
          const auto to = all.row(row).subspan(static_cast<std::size_t>(begins[p]));
          for (std::size_t c = 0; c < values->size(); ++c)
            to[c] = weighed((*values)[c], weights_[p], row, begins[p] + static_cast<std::int64_t>(c));
        });
  }
  weighed.refuse_overflow(run, heading(), table, names);
  for (std::int64_t row = 0; row < rows; ++row) {
    if (present[static_cast<std::size_t>(row)] == 0) std::ranges::fill(all.row(row), 0.0F);
  }
  FeatureSet set = new_dense_set(std::move(all), std::move(present));
  set.column_names = names;
  table.add(std::move(set));
}

std::vector<SetSize> ConcatenatedStage::sizes_of(const Sizes& sizes) const {
  std::vector<SetSize> parts;
  for (const std::string& set : of()) {
    const auto size = sizes.sets.find(set);
    if (size == sizes.sets.end()) return {};
    parts.push_back(size->second);
  }
  return parts;
}

Cost ConcatenatedStage::cost(const Run&, Sizes& sizes) const {
  const std::vector<SetSize> parts = sizes_of(sizes);
  if (parts.empty()) return {};
  SetSize size = parts.front();
  for (std::size_t p = 1; p < parts.size(); ++p) {
    size.columns += parts[p].columns;
    size.entries += parts[p].entries;
    if (parts[p].table == size.table)
      size.rows_with_features = std::min(size.rows_with_features, parts[p].rows_with_features);
  }
  Cost cost = cost_of(sizes, size);
  const bool linked =
      std::ranges::any_of(parts, [&](const SetSize& part) { return part.table != size.table; });
  if (linked) cost.peak += memory_of_linked_rows(sizes.rows_of_rank(size.table), sizes.rank.ranks);
  return cost;
}

void ConcatenatedStage::refuse(const Sizes& sizes) const {
  DerivedStage::refuse(sizes);
  const std::vector<SetSize> parts = sizes_of(sizes);
  for (std::size_t p = 1; p < parts.size(); ++p) {
    const std::string& set = of()[p];
    if (parts[p].sparse != parts.front().sparse) {
      const std::string& sparse = parts[p].sparse ? set : of().front();
      throw UsageError(
          fmt::format("{} puts '{}' and '{}' beside each other, and '{}' alone is sparse; put what "
                      "kind = \"lsa\" makes of it in its place",
                      heading(), of().front(), set, sparse));
    }
    if (parts[p].table == parts.front().table ||
        (parts.front().table == "posts" && parts[p].table == "images"))
      continue;
    throw UsageError(
        fmt::format("{}: '{}' has rows of {} and '{}' of {}; name a set of posts first, which images join",
                    heading(), of().front(), parts.front().table, set, parts[p].table));
  }
}

void ConcatenatedStage::add_facts(Run& run, UnsValue& tree) const {
  DerivedStage::add_facts(run, tree);
  tree["sets"][entry_.name]["weights"] = weights_;
}

}  // namespace shoal
