// Sparse rows stay sparse: they are only brought to unit length.
#include "pipeline/stages/features/scaled.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/linear/scaling.hpp"

namespace shoal {
namespace {

constexpr auto kNumber = static_cast<std::int64_t>(sizeof(double));

std::int64_t constant_columns(const ColumnMoments& moments) {
  return std::ranges::count(moments.deviations, 0.0);
}

}  // namespace

FeatureSet ScaledStage::unit_set(const Run& run, const Table& table, const FeatureSet& set) const {
  if (set.sparse()) {
    FeatureSet scaled = new_set();
    scaled.columns = set.columns;
    scaled.rows = unit_rows(set.csr());
    return scaled;
  }
  ScaledRows rows = unit_rows(masked_rows(run, table, set), run.threads);
  return new_dense_set(std::move(rows.rows), std::move(rows.present));
}

void ScaledStage::add_standard_set(Run& run, Table& table, const std::string& of) {
  const MaskedRows rows = masked_rows(run, table, *table.set(of));
  moments_ = std::make_shared<const ColumnMoments>(column_moments(run.comm, rows, run.threads));
  if (moments_->rows == 0) throw UsageError(fmt::format("{}: '{}' has no rows with features", heading(), of));
  if (const std::int64_t constant = constant_columns(*moments_); constant > 0) {
    log::info("{}: {} of {} columns of '{}' are the same in all rows, and become 0", heading(), constant,
              moments_->deviations.size(), of);
  }
  ScaledRows scaled = standard_rows(rows, *moments_, run.threads);
  FeatureSet set = new_dense_set(std::move(scaled.rows), std::move(scaled.present));
  set.column_names = table.set(of)->column_names;
  const auto add_model = [&](const char* what, const std::vector<double> ColumnMoments::*values) {
    table.columns.emplace_back(
        Model{fmt::format("{}_{}", entry_.name, what), of, 1, set.columns,
              [found = moments_, values]() -> const std::vector<double>& { return (*found).*values; }});
  };
  add_model("mean", &ColumnMoments::means);
  add_model("deviation", &ColumnMoments::deviations);
  table.add(std::move(set));
}

void ScaledStage::run(Run& run) {
  const std::string& of = this->of().front();
  Table& table = run.table(run.set(of).first->name);
  if (by_ == By::standard) return add_standard_set(run, table, of);
  FeatureSet set = unit_set(run, table, *table.set(of));
  set.column_names = table.set(of)->column_names;
  table.add(std::move(set));
}

Cost ScaledStage::cost(const Run&, Sizes& sizes) const {
  const SetSize* like = first_size(sizes);
  if (like == nullptr) return {};
  const std::int64_t columns = like->columns;
  Cost cost = cost_of(sizes, *like);
  if (by_ == By::unit) return cost;
  // Means and deviations are kept; extremes, scales and sums go with them for a while.
  cost.kept += 2 * columns * kNumber;
  cost.peak += 8 * columns * kNumber;
  cost.written[sizes.sets.at(entry_.name).table + ".h5ad"] += 2 * columns * kNumber;
  return cost;
}

void ScaledStage::refuse(const Sizes& sizes) const {
  DerivedStage::refuse(sizes);
  const SetSize* size = first_size(sizes);
  if (size == nullptr || by_ == By::unit) return;
  require_dense(
      heading(), of().front(), *size,
      "its zeros would not stay zeros: take by = \"unit\", or scale what kind = \"lsa\" makes of it");
}

void ScaledStage::add_facts(Run& run, UnsValue& tree) const {
  DerivedStage::add_facts(run, tree);
  UnsValue& facts = tree["sets"][entry_.name];
  facts["by"] = by_ == By::unit ? "unit" : "standard";
  if (!moments_) return;
  facts["rows"] = moments_->rows;
  facts["constant_columns"] = constant_columns(*moments_);
}

}  // namespace shoal
