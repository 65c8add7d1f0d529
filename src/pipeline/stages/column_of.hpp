// A column's values from a member of each row.
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

namespace shoal {

/// get(row) of each row, in order.
template <class Row, class Get>
auto column_of(const std::vector<Row>& rows, const Get& get) {
  std::vector<std::decay_t<decltype(get(std::declval<const Row&>()))>> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(get(row));
  return values;
}

}  // namespace shoal
