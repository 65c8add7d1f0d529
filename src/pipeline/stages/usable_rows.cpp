// Ranks agree on the row first, since names of columns are asked for by all of them at once.
#include "pipeline/stages/usable_rows.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <tuple>

#include "shoal/base/error.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/data/usable_value.hpp"

namespace shoal {
namespace {

/// What people know a row by: an image's name where results tell it, else the row's name in its file.
std::string name_of_row(const Table& table, std::int64_t row) {
  for (const std::string_view wanted : {"name", "_index"}) {
    for (const auto& entry : table.columns) {
      const auto* column = std::get_if<Column>(&entry);
      if (column == nullptr || column->name != wanted) continue;
      const ColumnValues values = column->values();
      if (const auto* texts = std::get_if<TextValues>(&values))
        return fmt::format("'{}'", texts->values[static_cast<std::size_t>(row)]);
    }
  }
  return fmt::format("of number {}", row);
}

std::optional<FoundValue> first_unusable(const FeatureSet& set) {
  if (set.sparse()) {
    const CsrView rows = set.csr();
    for (std::int64_t i = 0; i < rows.rows(); ++i) {
      const SparseRow row = rows.row(i);
      for (std::size_t e = 0; e < row.values.size(); ++e) {
        if (!is_usable(row.values[e])) return FoundValue{i, row.columns[e], row.values[e]};
      }
    }
    return {};
  }
  const DenseView rows = set.dense();
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    if (!set.has(i)) continue;
    const auto row = rows.row(i);
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (!is_usable(row[c])) return FoundValue{i, static_cast<std::int64_t>(c), row[c]};
    }
  }
  return {};
}

}  // namespace

bool FoundValue::is_before(const std::optional<FoundValue>& other) const {
  return !other || std::tie(row, column) < std::tie(other->row, other->column);
}

void refuse_found(Run& run, const Table& table, const ColumnNames& names,
                  const std::optional<FoundValue>& first_of_rank, std::string_view before,
                  std::string_view behind) {
  constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
  const std::int64_t begin = table.partition.owned_by(run.comm.rank()).begin;
  std::array<std::int64_t, 1> first{first_of_rank ? begin + first_of_rank->row : kNone};
  run.comm.allreduce_min(first);
  if (first.front() == kNone) return;
  const bool is_mine = first_of_rank && begin + first_of_rank->row == first.front();
  const std::int64_t column = run.comm.max(is_mine ? first_of_rank->column : std::int64_t{0});
  const std::string column_name = names(std::span(&column, 1)).front();
  on_all(run.comm, [&] {
    if (!is_mine) return;
    throw InputError(fmt::format("{}the value {} in column '{}' of the row {}{}", before,
                                 first_of_rank->value, column_name, name_of_row(table, first_of_rank->row),
                                 behind));
  });
}

void require_usable_rows(Run& run, const std::string& heading, const std::string& set) {
  const auto [table, found] = run.set(set);
  refuse_found(
      run, *table, found->column_names, first_unusable(*found),
      fmt::format("{} cannot compute with '{}': it has ", heading, set),
      ", whose square is beyond float32; take what kind = \"scale\" makes of the set, or leave this row's "
      "vector out");
}

}  // namespace shoal
