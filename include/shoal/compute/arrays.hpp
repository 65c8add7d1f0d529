// The half of the backend seam that clustering is written on: distances with argmin, fixed-point sums by
// label.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "shoal/base/fixed_point.hpp"
#include "shoal/data/matrix.hpp"

namespace shoal {

/// k x columns centroids in double, row-major.
struct CentroidView {
  std::span<const double> values;
  std::int64_t k = 0;
  std::int64_t columns = 0;
};

/// What a clustering of one process is about.
struct ClusteringShape {
  bool sparse = false;
  std::int64_t rows = 0;  ///< of this process
  std::int64_t columns = 0;
  std::int64_t k = 0;      ///< centroids
  bool only_sums = false;  ///< rows are added up by label, and not compared with centroids
};

/// Rows that a backend keeps where it computes, until this goes.
class KeptRows {
 public:
  virtual ~KeptRows() = default;
};

/// A row's result depends on that row and the centroids alone: not on its neighbours, threads or processor.
/// Labels are those of evaluating |x - c|^2 in double, the lowest index winning ties.
class ArrayOperations {
 public:
  virtual ~ArrayOperations() = default;

  /// For rows that many calls will be about, with up to k centroids: the backend may keep a copy where it
  /// computes, of as many as there is room for, and recognises the same view. The rows stay as they are, and
  /// both they and the backend outlive what is returned, which may be null. Results do not depend on it.
  virtual std::unique_ptr<KeptRows> keep(const DenseView&, std::int64_t /*k*/) { return nullptr; }
  virtual std::unique_ptr<KeptRows> keep(const CsrView&, std::int64_t /*k*/) { return nullptr; }

  /// Gives back what is held for the next call, but for kept rows: another stage may need the memory.
  virtual void give_back() {}

  /// labels[i] = argmin_j |x_i - c_j|^2, squared_distances[i] = that minimum (double, >= 0).
  virtual void nearest_centroid(const DenseView& rows, const CentroidView& centroids,
                                std::span<std::int32_t> labels, std::span<double> squared_distances) = 0;
  virtual void nearest_centroid(const CsrView& rows, const CentroidView& centroids,
                                std::span<std::int32_t> labels, std::span<double> squared_distances) = 0;

  /// What k-means++ compares candidates by: potentials[j] += sum_i min(weights[i], encode(|x_i - c_j|^2)),
  /// the distances being those of nearest_centroid. weights[i] >= 0: the row's own distance so far, encoded
  /// alike.
  virtual void add_potentials(const DenseView& rows, const CentroidView& candidates, const FixedPoint& scale,
                              std::span<const std::int64_t> weights, std::span<std::int64_t> potentials) = 0;
  virtual void add_potentials(const CsrView& rows, const CentroidView& candidates, const FixedPoint& scale,
                              std::span<const std::int64_t> weights, std::span<std::int64_t> potentials) = 0;

  /// sums[label * columns + column] += encode(x) for each entry of each row with label >= 0. sums: k x
  /// columns.
  virtual void add_by_label(const DenseView& rows, std::span<const std::int32_t> labels,
                            const FixedPoint& scale, std::span<std::int64_t> sums) = 0;
  virtual void add_by_label(const CsrView& rows, std::span<const std::int32_t> labels,
                            const FixedPoint& scale, std::span<std::int64_t> sums) = 0;
};

}  // namespace shoal
