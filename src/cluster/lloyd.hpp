// What the parts of k-means share: the problem, its scales, and one assignment with its exact totals.
#pragma once

#include <cstdint>
#include <vector>

#include "clustered_rows.hpp"
#include "shoal/base/fixed_point.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// Rows, ranks, and the scales under which their sums are exact; the same on all ranks.
struct KMeansProblem {
  Communicator& comm;
  const ClusteredRows& rows;
  std::int64_t k = 0;
  std::int64_t eligible_rows = 0;  ///< of all ranks
  FixedPoint value_scale;          ///< for sums of values
  FixedPoint distance_scale;       ///< for sums of squared distances, up to 4 max |x|^2 each
  double mean_column_variance = 0.0;

  [[nodiscard]] std::size_t centroid_numbers() const {
    return static_cast<std::size_t>(k) * static_cast<std::size_t>(rows.columns());
  }
};

/// Collective. start: the centroids to begin with, if they are given (they may lie outside the rows).
KMeansProblem make_problem(Communicator& comm, const ClusteredRows& rows, std::int64_t k,
                           const std::vector<double>* start);

/// This rank's labels and distances, and exact totals of all ranks.
struct Assignment {
  std::vector<std::int32_t> labels;
  std::vector<double> squared_distances;
  std::vector<std::int64_t> sums;    ///< k x columns, under value_scale
  std::vector<std::int64_t> counts;  ///< k
  std::int64_t inertia = 0;          ///< under distance_scale
};

/// Assigns every row to its nearest centroid; one allreduce. Collective.
Assignment assign(const KMeansProblem& problem, const std::vector<double>& centroids);

/// Gives each empty group the farthest row, in order, out of its group's sums; a group of one row keeps it.
/// Collective.
void fill_empty_groups(const KMeansProblem& problem, Assignment& assignment);

/// sums / counts; a group that stayed empty keeps its centroid.
std::vector<double> means_of(const KMeansProblem& problem, const Assignment& assignment,
                             const std::vector<double>& before);

/// Greedy k-means++ (Arthur and Vassilvitskii, SODA 2007; 2 + floor(ln k) trials a step): each trial is drawn
/// with probability proportional to the squared distance, by exact integer weights; the one that leaves the
/// lowest sum stays. Collective.
std::vector<double> kmeans_plus_plus(const KMeansProblem& problem, std::uint64_t seed, std::int64_t restart);

/// A row, by its global number, on all ranks. Collective.
std::vector<double> fetch_row(const KMeansProblem& problem, std::int64_t global_row);

}  // namespace shoal
