// Small questions to tables.
#include "shoal/data/table.hpp"

#include <algorithm>

namespace shoal {

Link Link::one_each(const std::vector<std::int64_t>& targets) {
  Link link;
  link.offsets.reserve(targets.size() + 1);
  for (const std::int64_t target : targets) {
    if (target >= 0) link.targets.push_back(target);
    link.offsets.push_back(static_cast<std::int64_t>(link.targets.size()));
  }
  return link;
}

std::vector<std::int64_t> Link::first() const {
  std::vector<std::int64_t> rows;
  rows.reserve(offsets.size() - 1);
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    rows.push_back(offsets[i] == offsets[i + 1] ? -1 : targets[static_cast<std::size_t>(offsets[i])]);
  }
  return rows;
}

ColumnNames names_by(std::function<std::string(std::int64_t)> name_of_column) {
  return [name_of_column = std::move(name_of_column)](std::span<const std::int64_t> columns) {
    std::vector<std::string> names;
    names.reserve(columns.size());
    for (const std::int64_t column : columns) names.push_back(name_of_column(column));
    return names;
  };
}

void FeatureSet::release() {
  rows = DenseMatrix(0, columns);
  released = true;
}

bool FeatureSet::has(std::int64_t row) const {
  if (may_be_absent) return present[static_cast<std::size_t>(row)] != 0;
  return !sparse() || !csr().row(row).columns.empty();
}

void Table::add(std::string column, std::function<ColumnValues()> values) {
  columns.emplace_back(Column{std::move(column), std::move(values)});
}

void Table::add(FeatureSet set) {
  const auto after = std::ranges::upper_bound(sets, set.order, {}, &FeatureSet::order);
  sets.insert(after, std::move(set));
}

const FeatureSet* Table::x() const {
  const auto tfidf = std::ranges::find(sets, "tfidf", &FeatureSet::kind);
  if (tfidf != sets.end()) return &*tfidf;
  return sets.empty() ? nullptr : &sets.front();
}

FeatureSet* Table::set(std::string_view wanted) {
  const auto found = std::ranges::find(sets, wanted, &FeatureSet::name);
  return found == sets.end() ? nullptr : &*found;
}

const FeatureSet* Table::set(std::string_view wanted) const {
  const auto found = std::ranges::find(sets, wanted, &FeatureSet::name);
  return found == sets.end() ? nullptr : &*found;
}

}  // namespace shoal
