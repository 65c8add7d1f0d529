// The order of groups, and how many rows they have.
#include "pipeline/engine/grouping.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace shoal {

void order_by_size(Grouping& grouping) {
  const std::vector<std::int64_t> sizes = grouping.sizes;
  const std::optional<Centroids> centroids = grouping.centroids;
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t group) { return sizes[group]; });
  std::vector<std::int32_t> number(order.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    number[order[place]] = static_cast<std::int32_t>(place);
    grouping.sizes[place] = sizes[order[place]];
    if (!centroids) continue;
    const std::ptrdiff_t columns = centroids->columns;
    std::copy_n(centroids->values.begin() + static_cast<std::ptrdiff_t>(order[place]) * columns, columns,
                grouping.centroids->values.begin() + static_cast<std::ptrdiff_t>(place) * columns);
  }
  for (std::int32_t& label : grouping.labels) {
    if (label >= 0) label = number[static_cast<std::size_t>(label)];
  }
}

std::int64_t Grouping::labelled() const {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
}

}  // namespace shoal
