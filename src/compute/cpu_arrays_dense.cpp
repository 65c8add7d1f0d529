// Nearest centroids of dense rows: float32 products rule out what a proven bound allows, double decides.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "cpu_arrays.hpp"
#include "exact_distance.hpp"
#include "potentials.hpp"
#include "products.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/threads.hpp"

namespace shoal {
namespace {

/// Rows of a piece of work: a multiple of kProductRows whose chunk stays in the second-level cache.
constexpr std::int64_t kPieceRows = 48;
/// Products of a piece, at most, where there are so many centroids that fewer rows fit (4 MiB).
constexpr std::int64_t kPieceProducts = std::int64_t{1} << 20;

/// What is computed once per call and read by all threads.
struct Problem {
  DenseView rows;
  CentroidView centroids;
  PackedCentroids packed;
  std::vector<double> squared_norms;  ///< |c_j|^2
  std::vector<double> norms;          ///< |c_j|, not below the real number
  InstructionLevel level;
};

/// A hair more than the norm, so that roundings of it cannot make a bound too small.
double norm_not_below(double squared_norm) { return std::sqrt(squared_norm) * (1.0 + 1e-9); }

Problem prepare(const DenseView& rows, const CentroidView& centroids, const CpuOptions& options) {
  Problem problem{rows, centroids, PackedCentroids(centroids, options.threads), {}, {}, options.level};
  for (std::int64_t j = 0; j < centroids.k; ++j) {
    const double squared = squared_norm(centroids.values.data() + j * centroids.columns, centroids.columns);
    problem.squared_norms.push_back(squared);
    problem.norms.push_back(norm_not_below(squared));
  }
  return problem;
}

/// How far |c|^2 - 2 product may lie from both |x - c|^2 - |x|^2 and its evaluation in double, as
/// constant + by_norm |c| + by_square |c|^2.
struct ErrorBound {
  double constant;
  double by_norm;
  double by_square;
  [[nodiscard]] double of(double norm) const { return constant + (by_norm + by_square * norm) * norm; }
};

ErrorBound error_bound(const Problem& problem, double row_norm) {
  const auto n = static_cast<double>(problem.rows.columns);
  // Roundings in double: those of |c|^2 and of the decisive evaluation, each below (n + 3) 2^-53 (|x| +
  // |c|)^2.
  const double in_double = (n + 8.0) * 0x1.0p-51;
  // Where products or centroids underflow in float32, each is off by up to 2^-149.
  const double underflow = 4.0 * n * 0x1.0p-149 * (1.0 + row_norm);
  return {in_double * row_norm * row_norm + underflow,
          2.0 * product_error(problem.rows.columns) * row_norm + 2.0 * in_double * row_norm, in_double};
}

/// Where |x - c|^2 - |x|^2 lies, in real numbers as in its evaluation in double.
struct Interval {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};

Interval interval_of(const Problem& problem, const float* products, const ErrorBound& error, std::size_t j) {
  if (!std::isfinite(products[j])) return {};  // the sum overflowed: it says nothing
  const double score = problem.squared_norms[j] - 2.0 * static_cast<double>(products[j]);
  const double e = error.of(problem.norms[j]);
  return {score - e, score + e};
}

struct Nearest {
  std::int32_t label = 0;
  double squared_distance = std::numeric_limits<double>::infinity();
};

Nearest nearest_of(const Problem& problem, const float* x, const float* products) {
  const std::int64_t columns = problem.rows.columns;
  const ErrorBound error = error_bound(problem, norm_not_below(squared_norm(x, columns, problem.level)));
  double limit = std::numeric_limits<double>::infinity();
  for (std::size_t j = 0; j < problem.norms.size(); ++j) {
    limit = std::min(limit, interval_of(problem, products, error, j).most);
  }
  Nearest nearest;
  for (std::size_t j = 0; j < problem.norms.size(); ++j) {
    if (interval_of(problem, products, error, j).least > limit) continue;
    const double* centroid = problem.centroids.values.data() + static_cast<std::int64_t>(j) * columns;
    const double squared = squared_distance(x, centroid, columns, problem.level);
    if (squared < nearest.squared_distance) nearest = {static_cast<std::int32_t>(j), squared};
  }
  return nearest;
}

std::int64_t rows_of_a_piece(std::int64_t padded_k) {
  const std::int64_t groups = std::clamp(kPieceProducts / padded_k, kProductRows, kPieceRows) / kProductRows;
  return groups * kProductRows;
}

}  // namespace

void CpuArrays::nearest_centroid(const DenseView& rows, const CentroidView& centroids,
                                 std::span<std::int32_t> labels, std::span<double> squared_distances) {
  SHOAL_EXPECT(centroids.k >= 1 && centroids.columns == rows.columns);
  SHOAL_EXPECT(std::ssize(centroids.values) == centroids.k * centroids.columns);
  SHOAL_EXPECT(std::ssize(labels) == rows.rows && std::ssize(squared_distances) == rows.rows);
  const Problem problem = prepare(rows, centroids, options_);
  const std::int64_t padded_k = problem.packed.padded_k();
  const std::int64_t piece = rows_of_a_piece(padded_k);
  std::vector<AlignedBuffer> products(static_cast<std::size_t>(std::max(options_.threads, 1)));
  for (auto& own : products) own = AlignedBuffer(static_cast<std::size_t>(piece * padded_k) * sizeof(float));
  const auto work = [&](std::size_t number, int worker) {
    const std::int64_t first = static_cast<std::int64_t>(number) * piece;
    const std::int64_t count = std::min(piece, rows.rows - first);
    const float* own = products[static_cast<std::size_t>(worker)].floats();
    multiply(rows.values + first * rows.columns, count, problem.packed, const_cast<float*>(own),
             options_.level);
    for (std::int64_t i = 0; i < count; ++i) {
      const Nearest nearest =
          nearest_of(problem, rows.values + (first + i) * rows.columns, own + i * padded_k);
      labels[static_cast<std::size_t>(first + i)] = nearest.label;
      squared_distances[static_cast<std::size_t>(first + i)] = nearest.squared_distance;
    }
  };
  parallel_for_workers(static_cast<std::size_t>((rows.rows + piece - 1) / piece), options_.threads, work);
}

void CpuArrays::add_potentials(const DenseView& rows, const CentroidView& candidates, const FixedPoint& scale,
                               std::span<const std::int64_t> weights, std::span<std::int64_t> potentials) {
  SHOAL_EXPECT(candidates.columns == rows.columns && std::ssize(potentials) == candidates.k);
  SHOAL_EXPECT(std::ssize(weights) == rows.rows);
  add_potentials_by_rows(
      rows.rows, options_.threads, potentials, [&](std::int64_t i, std::span<std::int64_t> own) {
        const std::int64_t weight = weights[static_cast<std::size_t>(i)];
        if (weight == 0) return;
        for (std::size_t j = 0; j < own.size(); ++j) {
          const double* candidate = candidates.values.data() + static_cast<std::int64_t>(j) * rows.columns;
          const double distance =
              squared_distance(rows.values + i * rows.columns, candidate, rows.columns, options_.level);
          own[j] += std::min(weight, scale.encode(distance));
        }
      });
}

}  // namespace shoal
