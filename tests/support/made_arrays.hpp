// Made rows and centroids, and what a backend says of them: for the tests of every backend's array
// operations.
#pragma once

#include <cstdint>
#include <vector>

#include "shoal/base/random.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/data/matrix.hpp"

namespace shoal::testing {

struct Centroids {
  std::vector<double> values;
  std::int64_t k;
  std::int64_t columns;
  [[nodiscard]] CentroidView view() const { return {values, k, columns}; }
};

struct Assignment {
  std::vector<std::int32_t> labels;
  std::vector<double> squared_distances;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// Uniform in [-spread / 2, spread / 2).
inline DenseMatrix made_rows(std::int64_t rows, std::int64_t columns, std::uint64_t seed,
                             double spread = 1.0) {
  const RandomStream draws(seed, "rows");
  DenseMatrix matrix(rows, columns);
  for (std::size_t i = 0; i < matrix.values.size(); ++i) {
    matrix.values[i] = static_cast<float>((draws.uniform(0, i) - 0.5) * spread);
  }
  return matrix;
}

inline Centroids made_centroids(std::int64_t k, std::int64_t columns, std::uint64_t seed,
                                double spread = 1.0) {
  const RandomStream draws(seed, "centroids");
  Centroids centroids{std::vector<double>(static_cast<std::size_t>(k * columns)), k, columns};
  for (std::size_t i = 0; i < centroids.values.size(); ++i) {
    centroids.values[i] = (draws.uniform(0, i) - 0.5) * spread;
  }
  return centroids;
}

/// One entry in ten is there.
inline CsrMatrix made_sparse(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  const RandomStream draws(seed, "sparse");
  CsrMatrix matrix;
  matrix.columns = columns;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      const auto at = static_cast<std::uint64_t>(i * columns + j);
      if (draws.below(10, 0, at) != 0) continue;
      matrix.indices.push_back(static_cast<std::int32_t>(j));
      matrix.values.push_back(static_cast<float>(draws.uniform(1, at)));
    }
    matrix.close_row();
  }
  return matrix;
}

/// rows: a view of `count` rows.
template <class Rows>
Assignment assign(Backend& backend, const Rows& rows, std::int64_t count, const Centroids& centroids) {
  Assignment result{std::vector<std::int32_t>(static_cast<std::size_t>(count), -7),
                    std::vector<double>(static_cast<std::size_t>(count), -7.0)};
  backend.arrays().nearest_centroid(rows, centroids.view(), result.labels, result.squared_distances);
  return result;
}

/// -1 (none) to k - 1; as many rows that follow each other as `together` have the same.
inline std::vector<std::int32_t> made_labels(std::int64_t rows, std::int64_t k, std::int64_t together = 1) {
  const RandomStream draws(1, "labels");
  std::vector<std::int32_t> labels;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto draw =
        draws.below(static_cast<std::uint64_t>(k) + 1, 0, static_cast<std::uint64_t>(i / together));
    labels.push_back(static_cast<std::int32_t>(draw) - 1);
  }
  return labels;
}

/// On top of 5 in each of `size` cells, as the operations add to what is there.
template <class Rows>
std::vector<std::int64_t> sums_of(Backend& backend, const Rows& rows, const std::vector<std::int32_t>& labels,
                                  const FixedPoint& scale, std::int64_t size) {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(size), 5);
  backend.arrays().add_by_label(rows, labels, scale, sums);
  return sums;
}

/// 0 for every fifth row, else up to `most`: about twice the distances there are, or none of these would
/// count.
inline std::vector<std::int64_t> made_weights(std::int64_t rows, const FixedPoint& scale, double most) {
  const RandomStream draws(1, "weights");
  std::vector<std::int64_t> weights;
  for (std::int64_t i = 0; i < rows; ++i) {
    weights.push_back(i % 5 == 4 ? 0 : scale.encode(most * draws.uniform(0, static_cast<std::uint64_t>(i))));
  }
  return weights;
}

/// On top of 5 for each candidate, as the operations add to what is there.
template <class Rows>
std::vector<std::int64_t> potentials_of(Backend& backend, const Rows& rows, const Centroids& candidates,
                                        const FixedPoint& scale, const std::vector<std::int64_t>& weights) {
  std::vector<std::int64_t> potentials(static_cast<std::size_t>(candidates.k), 5);
  backend.arrays().add_potentials(rows, candidates.view(), scale, weights, potentials);
  return potentials;
}

}  // namespace shoal::testing
