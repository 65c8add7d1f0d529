// Names, sizes and sentences, alike for all.
#include "pipeline/stages/features/derived.hpp"

#include <fmt/format.h>

#include "shoal/base/error.hpp"

namespace shoal {

std::vector<std::string> DerivedStage::needs() const {
  std::vector<std::string> needs;
  for (const std::string& set : of_) needs.push_back("features." + set);
  return needs;
}

std::vector<Given> DerivedStage::gives() const { return {{name(), {}, "features." + of_.front(), true}}; }

void DerivedStage::refuse(const Sizes& sizes) const {
  for (const std::string& set : of_) {
    const auto size = sizes.sets.find(set);
    if (size == sizes.sets.end() || size->second.rows_with_features > 0) continue;
    throw UsageError(fmt::format("{} has nothing to be made of: {}", heading(),
                                 size->second.why_none.empty()
                                     ? fmt::format("there are no {}", size->second.rows_are)
                                     : size->second.why_none));
  }
}

void DerivedStage::add_facts(Run& run, UnsValue& tree) const {
  UnsValue& facts = tree["sets"][entry_.name];
  facts["kind"] = entry_.kind;
  facts["table"] = run.set(entry_.name).first->name;
  facts["of"] = of_;
}

const SetSize* DerivedStage::first_size(const Sizes& sizes) const {
  const auto found = sizes.sets.find(of_.front());
  return found == sizes.sets.end() ? nullptr : &found->second;
}

Cost DerivedStage::cost_of(Sizes& sizes, SetSize size) const {
  Cost cost;
  const std::int64_t rows = sizes.rows_of_rank(size.table);
  cost.peak = cost.kept = size.bytes(rows, sizes.rank.ranks) + rows;
  const std::int64_t all = sizes.rows.at(size.table);
  cost.written[size.table + ".h5ad"] = size.bytes(all, 1) + all;
  sizes.sets[entry_.name] = std::move(size);
  return cost;
}

FeatureSet DerivedStage::new_dense_set(DenseMatrix rows, std::vector<std::uint8_t> present) const {
  FeatureSet set = new_set();
  set.columns = rows.columns;
  set.rows = std::move(rows);
  set.may_be_absent = true;
  set.present = std::move(present);
  set.column_names =
      names_by([name = entry_.name](std::int64_t column) { return fmt::format("{}_{}", name, column); });
  return set;
}

MaskedRows masked_rows(const Run& run, const Table& table, const FeatureSet& set) {
  MaskedRows rows{set.dense(), table.partition.owned_by(run.comm.rank()), {}};
  if (set.may_be_absent) rows.present = set.present;
  return rows;
}

void require_dense(const std::string& heading, const std::string& of, const SetSize& size,
                   const std::string& instead) {
  if (!size.sparse) return;
  throw UsageError(fmt::format("{} is made of '{}', which is sparse; {}", heading, of, instead));
}

}  // namespace shoal
