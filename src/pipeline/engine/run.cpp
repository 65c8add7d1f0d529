// Questions to the state of a run.
#include "pipeline/engine/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"

namespace shoal {

void order_by_size(Grouping& grouping) {
  std::vector<std::size_t> order(grouping.sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t group) { return grouping.sizes[group]; });
  const Grouping old = grouping;
  std::vector<std::int32_t> number(order.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    number[order[place]] = static_cast<std::int32_t>(place);
    grouping.sizes[place] = old.sizes[order[place]];
    if (!grouping.centroids) continue;
    const auto columns = static_cast<std::ptrdiff_t>(grouping.centroids->columns);
    const auto from = old.centroids->values.begin() + static_cast<std::ptrdiff_t>(order[place]) * columns;
    std::copy_n(from, columns,
                grouping.centroids->values.begin() + static_cast<std::ptrdiff_t>(place) * columns);
  }
  for (std::int32_t& label : grouping.labels) {
    if (label >= 0) label = number[static_cast<std::size_t>(label)];
  }
}

std::int64_t Grouping::labelled() const {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
}

std::string Run::numeric_identity() const {
  if (plans.empty()) return backend.numeric_identity();
  return fmt::format("{} plans {}", backend.numeric_identity(), to_hex(sha256(plans)).substr(0, 16));
}

Table& Run::table(const std::string& name) {
  Table& found = tables[name];
  found.name = name;
  return found;
}

const Table* Run::find_table(const std::string& name) const {
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : &found->second;
}

std::pair<const Table*, const FeatureSet*> Run::set(const std::string& name) const {
  for (const auto& [table_name, table] : tables) {
    if (const FeatureSet* set = table.set(name)) return {&table, set};
  }
  throw FailureError(
      fmt::format("there is no feature set '{}'. This is a defect of Shoal; please report it", name));
}

const FeatureSet* Run::naming_set() const {
  const Table* posts = find_table("posts");
  const FeatureSet* x = posts == nullptr ? nullptr : posts->x();
  return x != nullptr && x->sparse() ? x : nullptr;
}

}  // namespace shoal
