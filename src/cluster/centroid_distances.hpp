// Distances of rows to their own centroid and to the nearest other, by the array operations that k-means
// uses: a row as near to two centroids has the same number for both.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shoal/cluster/quality.hpp"
#include "shoal/compute/arrays.hpp"
#include "shoal/data/matrix.hpp"

namespace shoal {

/// Of this rank's rows.
struct CentroidDistances {
  std::vector<double> own;            ///< squared, to the centroid of the row's group; 0 without a group
  std::vector<std::int32_t> seconds;  ///< of the other groups that have rows the nearest; -1: there is none
  std::vector<double> others;         ///< squared, to that one's centroid
};

/// sizes: rows of each group, of all ranks. centroids: k x columns.
CentroidDistances centroid_distances(ArrayOperations& arrays, const DenseView& rows,
                                     const GroupLabels& groups, std::span<const std::int64_t> sizes,
                                     std::span<const double> centroids);
CentroidDistances centroid_distances(ArrayOperations& arrays, const CsrView& rows, const GroupLabels& groups,
                                     std::span<const std::int64_t> sizes, std::span<const double> centroids);

}  // namespace shoal
