// Exact sums over rows; what follows from them every rank computes alike.
#include "shoal/cluster/quality.hpp"

#include <algorithm>
#include <cmath>

#include "centroid_distances.hpp"
#include "measured_rows.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/exact_sums.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kPieceRows = 1024;

/// Means of groups and of all grouped rows.
struct Means {
  std::int64_t columns = 0;
  std::int64_t labelled = 0;
  std::vector<std::int64_t> sizes;  ///< k, of all ranks
  std::vector<double> of_groups;    ///< k x columns
  std::vector<double> of_all;
  /// What rounding makes of the squared distance of two equal points, at most: a smaller one is none.
  double nothing = 0.0;

  [[nodiscard]] std::span<const double> of(std::size_t group) const {
    const auto width = static_cast<std::size_t>(columns);
    return std::span(of_groups).subspan(group * width, width);
  }
  [[nodiscard]] double squared_distance(std::span<const double> a, std::span<const double> b) const {
    double sum = 0.0;
    for (std::size_t c = 0; c < a.size(); ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
    return sum <= nothing ? 0.0 : sum;
  }
};

template <class View>
Means means_of(Communicator& comm, ArrayOperations& arrays, const View& rows, const GroupLabels& groups) {
  SHOAL_EXPECT(std::ssize(groups.labels) == row_count(rows));
  const auto k = static_cast<std::size_t>(groups.k);
  const auto columns = static_cast<std::size_t>(rows.columns);
  const FixedPoint scale = agree_on_scale(comm, largest_value(rows), comm.sum(row_count(rows)));
  std::vector<std::int64_t> totals(k * columns + k);
  arrays.add_by_label(rows, groups.labels, scale, std::span(totals).first(k * columns));
  for (const std::int32_t label : groups.labels) {
    SHOAL_EXPECT(-1 <= label && label < groups.k);
    if (label >= 0) ++totals[k * columns + static_cast<std::size_t>(label)];
  }
  comm.allreduce_sum(totals);
  Means means{rows.columns, 0, {}, std::vector<double>(k * columns), std::vector<double>(columns)};
  means.sizes.assign(totals.end() - static_cast<std::ptrdiff_t>(k), totals.end());
  std::vector<std::int64_t> all(columns);
  for (std::size_t j = 0; j < k; ++j) {
    means.labelled += means.sizes[j];
    for (std::size_t c = 0; c < columns && means.sizes[j] > 0; ++c) {
      const std::int64_t sum = totals[j * columns + c];
      means.of_groups[j * columns + c] = scale.decode(sum) / static_cast<double>(means.sizes[j]);
      all[c] += sum;
    }
  }
  for (std::size_t c = 0; c < columns && means.labelled > 0; ++c)
    means.of_all[c] = scale.decode(all[c]) / static_cast<double>(means.labelled);
  // In each column a value is off by half a unit of the scale, and so is a mean.
  means.nothing = static_cast<double>(columns) / scale.scale() / scale.scale();
  return means;
}

/// Squared distances of this rank's rows to the means of their groups.
template <class View>
std::vector<double> distances_to_means(const View& rows, const GroupLabels& groups, const Means& means,
                                       int threads) {
  std::vector<double> lengths;
  for (std::size_t j = 0; j < means.sizes.size(); ++j) lengths.push_back(squared_length(means.of(j)));
  std::vector<double> squared(groups.labels.size());
  const std::int64_t count = row_count(rows);
  parallel_for(static_cast<std::size_t>((count + kPieceRows - 1) / kPieceRows), threads,
               [&](std::size_t piece) {
                 const std::int64_t first = static_cast<std::int64_t>(piece) * kPieceRows;
                 for (std::int64_t i = first; i < std::min(first + kPieceRows, count); ++i) {
                   const std::int32_t label = groups.labels[static_cast<std::size_t>(i)];
                   if (label < 0) continue;
                   const auto group = static_cast<std::size_t>(label);
                   const double distance = squared_distance(rows, i, means.of(group), lengths[group]);
                   squared[static_cast<std::size_t>(i)] = distance <= means.nothing ? 0.0 : distance;
                 }
               });
  return squared;
}

/// The sum over each group's rows of all ranks. Exact, with a scale that the values of all ranks agree on.
std::vector<double> sums_by_group(Communicator& comm, std::span<const double> values,
                                  const GroupLabels& groups, std::int64_t labelled) {
  double largest = 0.0;
  for (const double value : values)
    largest = std::max(largest, std::isfinite(value) ? std::abs(value) : HUGE_VAL);
  const FixedPoint scale = agree_on_scale(comm, largest, labelled);
  std::vector<std::int64_t> encoded(static_cast<std::size_t>(groups.k));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (groups.labels[i] >= 0) encoded[static_cast<std::size_t>(groups.labels[i])] += scale.encode(values[i]);
  }
  comm.allreduce_sum(encoded);
  std::vector<double> sums;
  for (const std::int64_t sum : encoded) sums.push_back(scale.decode(sum));
  return sums;
}

std::vector<double> roots_of(std::span<const double> squares) {
  std::vector<double> roots;
  roots.reserve(squares.size());
  for (const double square : squares) roots.push_back(std::sqrt(square));
  return roots;
}

double sum_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum;
}

/// Squared distances of groups' means to the mean of all, each as often as the group has rows.
double between_groups(const Means& means) {
  double sum = 0.0;
  for (std::size_t j = 0; j < means.sizes.size(); ++j) {
    if (means.sizes[j] > 0)
      sum += static_cast<double>(means.sizes[j]) * means.squared_distance(means.of(j), means.of_all);
  }
  return sum;
}

double calinski_harabasz(double between, double within, std::int64_t labelled, std::int64_t groups) {
  if (groups < 2) return 0.0;
  if (within == 0.0) return 1.0;
  return between * static_cast<double>(labelled - groups) / (within * static_cast<double>(groups - 1));
}

/// widths: the mean distance of each group's rows to their mean. Ranks share the pairs of groups. Collective.
double davies_bouldin(Communicator& comm, const Means& means, std::span<const double> widths) {
  std::vector<std::size_t> groups;
  for (std::size_t j = 0; j < means.sizes.size(); ++j) {
    if (means.sizes[j] > 0) groups.push_back(j);
  }
  if (groups.size() < 2) return 0.0;
  std::vector<double> likeness(groups.size(), 0.0);
  for (auto a = static_cast<std::size_t>(comm.rank()); a < groups.size();
       a += static_cast<std::size_t>(comm.size())) {
    for (const std::size_t b : groups) {
      const double apart = std::sqrt(means.squared_distance(means.of(groups[a]), means.of(b)));
      if (apart > 0.0) likeness[a] = std::max(likeness[a], (widths[groups[a]] + widths[b]) / apart);
    }
  }
  comm.allreduce_max(likeness);
  return sum_of(likeness) / static_cast<double>(groups.size());
}

/// Indices, which go by means of groups. Returns the squared distances of all grouped rows to their mean.
template <class View>
double measure_by_means(Communicator& comm, const View& rows, const GroupLabels& groups, const Means& means,
                        int threads, GroupingQuality& quality) {
  const std::vector<double> squared = distances_to_means(rows, groups, means, threads);
  const double within = sum_of(sums_by_group(comm, squared, groups, means.labelled));
  const double between = between_groups(means);
  const std::int64_t groups_with_rows =
      std::ssize(means.sizes) - std::ranges::count(means.sizes, std::int64_t{0});
  quality.calinski_harabasz = calinski_harabasz(between, within, means.labelled, groups_with_rows);
  std::vector<double> widths = sums_by_group(comm, roots_of(squared), groups, means.labelled);
  for (std::size_t j = 0; j < widths.size(); ++j)
    widths[j] /= static_cast<double>(std::max<std::int64_t>(means.sizes[j], 1));
  quality.davies_bouldin = davies_bouldin(comm, means, widths);
  return within + between;
}

/// Cohesion, distances and margins, which go by centroids. total: what measure_by_means returned.
void measure_by_centroids(Communicator& comm, const CentroidDistances& found, const GroupLabels& groups,
                          const Means& means, double total, GroupingQuality& quality) {
  quality.distances = roots_of(found.own);
  quality.seconds = found.seconds;
  quality.margins.assign(found.own.size(), 0.0);
  for (std::size_t i = 0; i < found.own.size(); ++i) {
    if (found.seconds[i] >= 0) quality.margins[i] = std::sqrt(found.others[i]) - quality.distances[i];
  }
  const std::vector<double> squares = sums_by_group(comm, found.own, groups, means.labelled);
  const std::vector<double> margins = sums_by_group(comm, quality.margins, groups, means.labelled);
  const double mean_of_all = total / static_cast<double>(std::max<std::int64_t>(means.labelled, 1));
  quality.groups.resize(means.sizes.size());
  for (std::size_t j = 0; j < means.sizes.size(); ++j) {
    quality.groups[j].rows = means.sizes[j];
    if (means.sizes[j] == 0) continue;
    const auto size = static_cast<double>(means.sizes[j]);
    quality.groups[j].margin = margins[j] / size;
    if (total > 0.0) quality.groups[j].cohesion = 1.0 - squares[j] / size / mean_of_all;
  }
  quality.labelled = means.labelled;
  if (total > 0.0) quality.cohesion = 1.0 - sum_of(squares) / total;
}

template <class View>
GroupingQuality quality_of(Communicator& comm, ArrayOperations& arrays, const View& rows,
                           const GroupLabels& groups, std::span<const double> centroids, int threads) {
  SHOAL_EXPECT(std::ssize(centroids) == groups.k * rows.columns);
  GroupingQuality quality;
  const Means means = means_of(comm, arrays, rows, groups);
  const double total = measure_by_means(comm, rows, groups, means, threads, quality);
  measure_by_centroids(comm, centroid_distances(arrays, rows, groups, means.sizes, centroids), groups, means,
                       total, quality);
  return quality;
}

}  // namespace

std::vector<double> group_means(Communicator& comm, ArrayOperations& arrays, const DenseRowSource& rows,
                                const GroupLabels& groups) {
  return means_of(comm, arrays, measured_view(rows), groups).of_groups;
}

std::vector<double> group_means(Communicator& comm, ArrayOperations& arrays, const SparseRowSource& rows,
                                const GroupLabels& groups) {
  return means_of(comm, arrays, measured_view(rows), groups).of_groups;
}

GroupingQuality grouping_quality(Communicator& comm, ArrayOperations& arrays, const DenseRowSource& rows,
                                 const GroupLabels& groups, std::span<const double> centroids, int threads) {
  return quality_of(comm, arrays, measured_view(rows), groups, centroids, threads);
}

GroupingQuality grouping_quality(Communicator& comm, ArrayOperations& arrays, const SparseRowSource& rows,
                                 const GroupLabels& groups, std::span<const double> centroids, int threads) {
  return quality_of(comm, arrays, measured_view(rows), groups, centroids, threads);
}

}  // namespace shoal
