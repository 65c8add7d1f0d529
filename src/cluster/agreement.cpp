// The pair counts are whole numbers, and stay so until the last division.
#include "shoal/cluster/agreement.hpp"

#include "label_pairs.hpp"

namespace shoal {
namespace {

__extension__ using Wide = __int128;

}  // namespace

void ContingencyTable::add(std::int64_t a, std::int64_t b, std::int64_t items) {
  if (items == 0) return;  // a group is one that has items
  cells_[{a, b}] += items;
  rows_[a] += items;
  columns_[b] += items;
  items_ += items;
}

bool ContingencyTable::same_groups() const {
  return rows_.size() == cells_.size() && columns_.size() == cells_.size();
}

double ContingencyTable::adjusted_rand_index() const {
  const auto squares = [](const auto& counts) {
    Wide sum = 0;
    for (const auto& [key, count] : counts) sum += static_cast<Wide>(count) * count;
    return sum;
  };
  // Ordered pairs of items, by whether a and b put them into one group.
  const Wide both = squares(cells_) - items_;
  const Wide only_a = squares(rows_) - squares(cells_);
  const Wide only_b = squares(columns_) - squares(cells_);
  if (only_a == 0 && only_b == 0) return 1.0;
  const Wide neither = static_cast<Wide>(items_) * items_ - items_ - both - only_a - only_b;
  // Each term is at most the fourth power of the number of items: 2^127 is reached by 3.6e9 of them.
  const Wide above = both * neither - only_a * only_b;
  const Wide below = (both + only_a) * (only_a + neither) + (both + only_b) * (only_b + neither);
  return 2.0 * static_cast<double>(above) / static_cast<double>(below);
}

ContingencyTable contingency_table(Communicator& comm, std::span<const std::int32_t> a, std::int64_t k_a,
                                   std::span<const std::int32_t> b, std::int64_t k_b) {
  const LabelPairs pairs = count_label_pairs(comm, a, k_a, b, k_b);
  ContingencyTable table;
  for (std::int64_t i = 0; i < k_a; ++i) {
    for (std::int64_t j = 0; j < k_b; ++j) table.add(i, j, pairs.both(i, j));
  }
  return table;
}

}  // namespace shoal
