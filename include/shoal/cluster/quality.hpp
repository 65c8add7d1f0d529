// How well groups hold together and stand apart, whatever method made them. Every figure has the same bits on
// any number of ranks and threads. Distances are Euclidean, in the unit of the rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/compute/arrays.hpp"
#include "shoal/data/row_source.hpp"

namespace shoal {

/// Groups of this rank's rows.
struct GroupLabels {
  std::span<const std::int32_t> labels;  ///< one for each row, from -1 (no group) to k - 1
  std::int64_t k = 0;
};

/// k x columns: the mean of each group's rows; zeros for a group without rows. Collective. Throws
/// FailureError, naming row and column, for a value that is not finite or whose square overflows float32; so
/// do the functions below.
std::vector<double> group_means(Communicator& comm, ArrayOperations& arrays, const DenseRowSource& rows,
                                const GroupLabels& groups);
std::vector<double> group_means(Communicator& comm, ArrayOperations& arrays, const SparseRowSource& rows,
                                const GroupLabels& groups);

/// What is told of one group; zeros where it has no rows.
struct GroupQuality {
  std::int64_t rows = 0;
  /// 1 - mean squared distance of its rows to its centroid / that of all grouped rows to their mean: 1 where
  /// its rows are one point, about 0 where it is as wide as all rows together; it may be negative. 0 where
  /// all grouped rows are equal.
  double cohesion = 0.0;
  double margin = 0.0;  ///< the mean of its rows' margins
};

/// What is told of a grouping, and of its rows. Where fewer than two groups have rows, there is nothing to
/// compare: indices and margins are 0 (scikit-learn's functions raise an error there, and where every row
/// is a group of its own).
struct GroupingQuality {
  std::vector<GroupQuality> groups;
  std::int64_t labelled = 0;  ///< rows with a group, of all ranks
  double cohesion = 0.0;      ///< the mean over grouped rows of their groups' cohesion
  /// As scikit-learn's calinski_harabasz_score (Calinski and Harabasz 1974): dispersion between groups' means
  /// / within groups, by degrees of freedom; the larger, the better. 1 where all rows lie on their groups'
  /// means.
  double calinski_harabasz = 0.0;
  /// As scikit-learn's davies_bouldin_score (Davies and Bouldin 1979): for each group its likeness to the one
  /// most like it, on average; the smaller, the better. 0 where all rows lie on their groups' means, or all
  /// of these coincide: exactly there, where scikit-learn looks at whether distances are below 1e-8.
  double davies_bouldin = 0.0;

  // Of this rank's rows.
  std::vector<double> distances;  ///< to the centroid of their group; 0 for one without a group
  std::vector<std::int32_t>
      seconds;  ///< the nearest group but their own, ties to the lower; -1 if there is none
  /// Distance to that group's centroid - distance to their own: 0 for a row that is as near to both, below 0
  /// for one that is nearer to another group's than to its own. 0 where there is no second.
  std::vector<double> margins;
};

/// centroids: k x columns, of k-means or of another method, else group_means; those of groups without rows
/// are not looked at. Cohesion, distances and margins go by them, both indices by means of groups. Holds
/// about three times the centroids. Collective.
GroupingQuality grouping_quality(Communicator& comm, ArrayOperations& arrays, const DenseRowSource& rows,
                                 const GroupLabels& groups, std::span<const double> centroids, int threads);
GroupingQuality grouping_quality(Communicator& comm, ArrayOperations& arrays, const SparseRowSource& rows,
                                 const GroupLabels& groups, std::span<const double> centroids, int threads);

struct SilhouetteSettings {
  std::uint64_t seed = 0;
  /// Of more rows only so many are compared with each other: those with the smallest Philox(seed,
  /// "silhouette", row), whatever the groups.
  std::int64_t most_rows = 10'000;
  std::span<const std::int64_t> plain_numbers{};  ///< of this rank's rows; empty: their global numbers
  int threads = 1;
};

/// How much nearer rows are to their own group than to the next (Rousseeuw 1987): (b - a) / max(a, b), a the
/// mean distance to the other rows of the group, b to those of the nearest other group. From -1 to 1.
struct Silhouettes {
  /// Of this rank's rows, NaN for those that have no group or are not in the sample. As scikit-learn's
  /// silhouette_samples: 0 for a row that is alone in its group and where a = b = 0. Where fewer than two
  /// groups have rows in the sample, 0 (scikit-learn raises an error).
  std::vector<double> of_rows;
  std::vector<double> of_groups;  ///< means over a group's rows in the sample; NaN where there is none
  double mean = 0.0;              ///< over all rows in the sample, as silhouette_score; 0 where there is none
  std::int64_t rows = 0;          ///< in the sample and with a group, of all ranks
};

/// Of several groupings of the same rows, as distances are most of the work. The sample is of those rows that
/// any of them gives a group. A rank holds its share of the sample, 256 rows of others, and for each row of
/// its share as many numbers as there are groups. Collective.
std::vector<Silhouettes> silhouettes(Communicator& comm, const DenseRowSource& rows,
                                     std::span<const GroupLabels> groupings,
                                     const SilhouetteSettings& settings);
std::vector<Silhouettes> silhouettes(Communicator& comm, const SparseRowSource& rows,
                                     std::span<const GroupLabels> groupings,
                                     const SilhouetteSettings& settings);

}  // namespace shoal
