// Array operations tell the nearest of given centroids only. A row's own is asked for alone, with the others
// of its group; the nearest other one is the nearest among those whose number differs from its group's in the
// first bit, in the second and so on: each other number differs in one at least. So 2 log2(k) calls do, where
// leaving out each group's centroid in turn takes k, and prepares k - 1 centroids for each.
#include "centroid_distances.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "measured_rows.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {
namespace {

/// Rows of a group that are copied to be looked at together.
constexpr std::size_t kRowsAtOnce = 4096;

/// This rank's rows by group.
std::vector<std::vector<std::int64_t>> members_of(const GroupLabels& groups) {
  std::vector<std::vector<std::int64_t>> members(static_cast<std::size_t>(groups.k));
  for (std::size_t i = 0; i < groups.labels.size(); ++i) {
    if (groups.labels[i] >= 0)
      members[static_cast<std::size_t>(groups.labels[i])].push_back(static_cast<std::int64_t>(i));
  }
  return members;
}

template <class View>
std::vector<double> own_distances(ArrayOperations& arrays, const View& rows, const GroupLabels& groups,
                                  std::span<const double> centroids) {
  std::vector<double> own(groups.labels.size());
  const auto columns = static_cast<std::size_t>(rows.columns);
  const auto members = members_of(groups);
  for (std::size_t group = 0; group < members.size(); ++group) {
    const CentroidView centroid{centroids.subspan(group * columns, columns), 1, rows.columns};
    for (std::size_t first = 0; first < members[group].size(); first += kRowsAtOnce) {
      const auto some =
          std::span(members[group]).subspan(first, std::min(kRowsAtOnce, members[group].size() - first));
      std::vector<std::int32_t> labels(some.size());
      std::vector<double> distances(some.size());
      const auto copies = gather(rows, some);
      arrays.nearest_centroid(copies.view(), centroid, labels, distances);
      for (std::size_t i = 0; i < some.size(); ++i) own[static_cast<std::size_t>(some[i])] = distances[i];
    }
  }
  return own;
}

/// The groups with rows whose number has this bit.
std::vector<std::int32_t> groups_with_bit(std::span<const std::int64_t> sizes, int bit, bool set) {
  std::vector<std::int32_t> groups;
  for (std::size_t j = 0; j < sizes.size(); ++j) {
    if (sizes[j] > 0 && ((j >> bit & 1) != 0) == set) groups.push_back(static_cast<std::int32_t>(j));
  }
  return groups;
}

std::vector<double> centroids_of(std::span<const std::int32_t> groups, std::span<const double> centroids,
                                 std::size_t columns) {
  std::vector<double> some;
  some.reserve(groups.size() * columns);
  for (const std::int32_t group : groups) {
    const auto centroid = centroids.subspan(static_cast<std::size_t>(group) * columns, columns);
    some.insert(some.end(), centroid.begin(), centroid.end());
  }
  return some;
}

template <class View>
CentroidDistances distances_of(ArrayOperations& arrays, const View& rows, const GroupLabels& groups,
                               std::span<const std::int64_t> sizes, std::span<const double> centroids) {
  const std::size_t count = groups.labels.size();
  CentroidDistances found{own_distances(arrays, rows, groups, centroids), {}, {}};
  found.seconds.assign(count, -1);
  found.others.assign(count, std::numeric_limits<double>::infinity());
  const auto kept = arrays.keep(rows, groups.k);
  std::vector<std::int32_t> labels(count);
  std::vector<double> distances(count);
  for (int bit = 0; (groups.k - 1) >> bit > 0; ++bit) {
    for (const bool set : {false, true}) {
      leave_if_stop_requested();
      const std::vector<std::int32_t> candidates = groups_with_bit(sizes, bit, set);
      if (candidates.empty()) continue;
      const auto values = centroids_of(candidates, centroids, static_cast<std::size_t>(rows.columns));
      arrays.nearest_centroid(rows, {values, std::ssize(candidates), rows.columns}, labels, distances);
      for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t own = groups.labels[i];
        if (own < 0 || ((own >> bit & 1) != 0) == set) continue;
        const std::int32_t other = candidates[static_cast<std::size_t>(labels[i])];
        const bool nearer = distances[i] < found.others[i];
        if (nearer || (distances[i] == found.others[i] && other < found.seconds[i])) {
          found.seconds[i] = other;
          found.others[i] = distances[i];
        }
      }
    }
  }
  return found;
}

}  // namespace

CentroidDistances centroid_distances(ArrayOperations& arrays, const DenseView& rows,
                                     const GroupLabels& groups, std::span<const std::int64_t> sizes,
                                     std::span<const double> centroids) {
  return distances_of(arrays, rows, groups, sizes, centroids);
}

CentroidDistances centroid_distances(ArrayOperations& arrays, const CsrView& rows, const GroupLabels& groups,
                                     std::span<const std::int64_t> sizes, std::span<const double> centroids) {
  return distances_of(arrays, rows, groups, sizes, centroids);
}

}  // namespace shoal
