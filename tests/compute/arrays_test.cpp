// Array operations against brute force: labels, distances and sums, whatever the threads and instructions.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "shoal/base/random.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "support/made_arrays.hpp"

namespace shoal {
namespace {

using testing::Assignment;
using testing::Centroids;
using testing::made_centroids;
using testing::made_labels;
using testing::made_rows;
using testing::made_sparse;
using testing::made_weights;
using testing::potentials_of;
using testing::sums_of;

/// A backend's array operations under each way of computing them.
std::vector<CpuOptions> all_options() {
  std::vector<CpuOptions> options;
  for (const int threads : {1, 2, 3}) {
    options.push_back({threads, InstructionLevel::baseline});
    options.push_back({threads, detect_instruction_level()});
  }
  return options;
}

CpuOptions here() { return {1, detect_instruction_level()}; }

DenseMatrix to_dense(const CsrMatrix& sparse) {
  DenseMatrix dense(sparse.rows(), sparse.columns);
  for (std::int64_t i = 0; i < sparse.rows(); ++i) {
    const SparseRow row = sparse.view().row(i);
    for (std::size_t e = 0; e < row.columns.size(); ++e) {
      dense.row(i)[static_cast<std::size_t>(row.columns[e])] = row.values[e];
    }
  }
  return dense;
}

template <class Rows>
Assignment assign(const CpuOptions& options, const Rows& rows, std::int64_t count,
                  const Centroids& centroids) {
  return testing::assign(*make_cpu_backend(options), rows, count, centroids);
}

/// The definition in exact_distance.hpp, written again: eight lanes, then ((0+4)+(2+6))+((1+5)+(3+7)).
double defined_distance(std::span<const float> x, const double* c) {
  double lane[8] = {};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double difference = static_cast<double>(x[i]) - c[i];
    lane[i % 8] += difference * difference;
  }
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

Assignment brute_force(const DenseMatrix& rows, const Centroids& centroids) {
  Assignment result;
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    std::int32_t label = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t j = 0; j < centroids.k; ++j) {
      const double d = defined_distance(rows.view().row(i), centroids.values.data() + j * centroids.columns);
      if (d < least) std::tie(label, least) = std::pair(static_cast<std::int32_t>(j), d);
    }
    result.labels.push_back(label);
    result.squared_distances.push_back(least);
  }
  return result;
}

void expect_brute_force(const DenseMatrix& rows, const Centroids& centroids) {
  const Assignment expected = brute_force(rows, centroids);
  for (const CpuOptions& options : all_options()) {
    EXPECT_EQ(assign(options, rows.view(), rows.rows, centroids), expected)
        << rows.rows << " x " << rows.columns << ", k = " << centroids.k << ", threads " << options.threads
        << ", " << to_string(options.level);
  }
}

TEST(DenseNearest, IsTheArgminInDoubleForAnyShape) {
  for (const std::int64_t rows : {1, 5, 6, 7, 49, 100}) {
    for (const std::int64_t columns : {1, 7, 8, 13, 256, 300}) {
      for (const std::int64_t k : {1, 2, 16, 17, 40}) {
        expect_brute_force(made_rows(rows, columns, 1), made_centroids(k, columns, 2));
      }
    }
  }
}

TEST(DenseNearest, TakesNoRowsAndMoreCentroidsThanRows) {
  expect_brute_force(DenseMatrix(0, 5), made_centroids(3, 5, 1));
  expect_brute_force(made_rows(7, 3, 1), made_centroids(30000, 3, 2));
}

TEST(DenseNearest, GivesExactTiesToTheLowestIndex) {
  const DenseMatrix rows = made_rows(60, 20, 3);
  Centroids centroids = made_centroids(20, 20, 4);
  for (std::size_t i = 0; i < 200; ++i) centroids.values[200 + i] = centroids.values[i];
  expect_brute_force(rows, centroids);
  for (const std::int32_t label : assign(here(), rows.view(), 60, centroids).labels) EXPECT_LT(label, 10);
}

TEST(DenseNearest, TellsCentroidsApartThatFloatsCannot) {
  // All centroids round to the same floats; only double sees which one is nearest.
  const DenseMatrix rows = made_rows(50, 64, 5);
  Centroids centroids = made_centroids(1, 64, 6);
  centroids.k = 30;
  centroids.values.resize(30 * 64);
  for (std::size_t j = 1; j < 30; ++j) {
    for (std::size_t i = 0; i < 64; ++i) {
      centroids.values[j * 64 + i] =
          centroids.values[i] * (1.0 + 1e-12 * static_cast<double>((j * 7 + i * 3) % 11));
    }
  }
  expect_brute_force(rows, centroids);
}

TEST(DenseNearest, IsRightFarFromTheOrigin) {
  // The products are 1e8 times the differences that decide: nearly every centroid needs double.
  DenseMatrix rows = made_rows(50, 33, 7);
  Centroids centroids = made_centroids(25, 33, 8);
  for (auto& x : rows.values) x += 10000.0F;
  for (auto& c : centroids.values) c += 10000.0;
  expect_brute_force(rows, centroids);
}

TEST(DenseNearest, IsRightForTheTiniestAndTheLargestNumbers) {
  // 3e19: no square overflows float32, but their sums do.
  for (const double spread : {1e-44, 1e-30, 1e18, 3e19}) {
    expect_brute_force(made_rows(20, 300, 9, spread), made_centroids(12, 300, 10, spread));
  }
}

TEST(DenseNearest, FollowsTheRoundingsOfDoubleWhereTheyDecide) {
  expect_brute_force(made_rows(50, 20, 13), made_centroids(30, 20, 14, 1e-15));
  expect_brute_force(made_rows(50, 20, 15, 1e-15), made_centroids(30, 20, 16));
}

TEST(SparseNearest, AgreesWithTheDenseDistance) {
  for (const std::int64_t k : {1, 15, 16, 17, 48, 100}) {
    const CsrMatrix rows = made_sparse(300, 90, 1);
    const Centroids centroids = made_centroids(k, 90, 2);
    const Assignment expected = brute_force(to_dense(rows), centroids);
    const Assignment found = assign(here(), rows.view(), 300, centroids);
    EXPECT_EQ(found.labels, expected.labels);
    for (std::size_t i = 0; i < 300; ++i) {
      EXPECT_NEAR(found.squared_distances[i], expected.squared_distances[i], 1e-12);
    }
  }
}

TEST(SparseNearest, GivesTheSameBitsForAnyThreadsAndInstructions) {
  const CsrMatrix rows = made_sparse(1000, 200, 3);
  const Centroids centroids = made_centroids(37, 200, 4);
  const Assignment expected = assign({1, detect_instruction_level()}, rows.view(), 1000, centroids);
  for (const CpuOptions& options : all_options()) {
    EXPECT_EQ(assign(options, rows.view(), 1000, centroids), expected);
  }
}

TEST(SparseNearest, GivesTiesToTheLowestIndexAlsoForEmptyRows) {
  CsrMatrix rows;
  rows.columns = 3;
  rows.close_row();  // an empty row: as near to every centroid of the same length
  rows.indices = {2};
  rows.values = {1.0F};
  rows.close_row();
  const Centroids centroids{{0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0}, 3, 3};
  const Assignment found = assign(here(), rows.view(), 2, centroids);
  EXPECT_EQ(found.labels, (std::vector<std::int32_t>{0, 0}));
  EXPECT_EQ(found.squared_distances, (std::vector<double>{1.0, 2.0}));
}

TEST(SparseNearest, IsNeverNegative) {
  CsrMatrix rows;
  rows.columns = 2;
  Centroids centroids{{}, 200, 2};
  for (int i = 0; i < 200; ++i) {
    rows.indices.insert(rows.indices.end(), {0, 1});
    rows.values.insert(rows.values.end(), {0.1F * static_cast<float>(i), 0.3F});
    rows.close_row();
    // The row itself: |x|^2 - 2 x.c + |c|^2 is 0 but for roundings of either sign.
    centroids.values.insert(centroids.values.end(),
                            {static_cast<double>(0.1F * static_cast<float>(i)) * (1 + 1e-16),
                             static_cast<double>(0.3F) * (1 + 3e-16)});
  }
  for (const CpuOptions& options : all_options()) {
    for (const double d : assign(options, rows.view(), 200, centroids).squared_distances) {
      EXPECT_GE(d, 0.0);
      EXPECT_LT(d, 1e-10);
    }
  }
}

TEST(SparseNearest, ReadsAPartOfALargerMatrix) {
  const CsrMatrix rows = made_sparse(50, 40, 5);
  const Centroids centroids = made_centroids(9, 40, 6);
  const Assignment all = assign(here(), rows.view(), 50, centroids);
  CsrView part = rows.view();
  part.offsets = part.offsets.subspan(20, 11);
  const Assignment found = assign(here(), part, 10, centroids);
  EXPECT_TRUE(std::equal(found.labels.begin(), found.labels.end(), all.labels.begin() + 20));
}

/// Sums by plain loops, on top of 5 in every cell, as the operations add to what is there.
std::vector<std::int64_t> plain_sums(const DenseMatrix& rows, const std::vector<std::int32_t>& labels,
                                     const FixedPoint& scale, std::int64_t k) {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(k * rows.columns), 5);
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    const std::int32_t label = labels[static_cast<std::size_t>(i)];
    for (std::int64_t j = 0; label >= 0 && j < rows.columns; ++j) {
      sums[static_cast<std::size_t>(label * rows.columns + j)] +=
          scale.encode(static_cast<double>(rows.view().row(i)[static_cast<std::size_t>(j)]));
    }
  }
  return sums;
}

TEST(AddByLabel, IsThePlainSumOfDenseRows) {
  // Few columns take sums of each thread's own, many take ranges of columns; scales on both sides of 2^51.
  for (const auto& [rows, columns, k] :
       {std::tuple{10000, 7, 5}, {3, 7, 5}, {40, 2050, 3}, {5000, 2, 2000000}}) {
    const DenseMatrix matrix = made_rows(rows, columns, 1);
    const auto labels = made_labels(rows, k);
    for (const std::uint64_t count : {std::uint64_t{1}, std::uint64_t{1} << 30}) {
      const FixedPoint scale = FixedPoint::for_sums_of(0.5, count * static_cast<std::uint64_t>(rows));
      const auto expected = plain_sums(matrix, labels, scale, k);
      for (const CpuOptions& options : all_options()) {
        EXPECT_EQ(sums_of(*make_cpu_backend(options), matrix.view(), labels, scale, std::ssize(expected)),
                  expected);
      }
    }
  }
}

TEST(AddByLabel, RoundsHalvesToEven) {
  DenseMatrix matrix(1, 8);
  matrix.values = {0.5F, 1.5F, 2.5F, -0.5F, -1.5F, -2.5F, 3.5F, -3.5F};
  const FixedPoint one = FixedPoint::for_sums_of(0x1p61, 2);
  ASSERT_EQ(one.scale(), 1.0);
  const std::vector<std::int64_t> expected{5, 7, 7, 5, 3, 3, 9, 1};
  EXPECT_EQ(sums_of(*make_cpu_backend(here()), matrix.view(), {0}, one, 8), expected);
}

TEST(AddByLabel, IsThePlainSumOfSparseRows) {
  const CsrMatrix matrix = made_sparse(30000, 30, 7);
  const FixedPoint scale = FixedPoint::for_sums_of(1.0, 30000);
  const auto labels = made_labels(30000, 3);
  for (const std::int64_t k : {3, 100000}) {  // 100000: too many sums for each thread to have its own
    const auto expected = plain_sums(to_dense(matrix), labels, scale, k);
    for (const CpuOptions& options : all_options()) {
      EXPECT_EQ(sums_of(*make_cpu_backend(options), matrix.view(), labels, scale, std::ssize(expected)),
                expected);
    }
  }
}

/// The definition: integers, and distances of rows and candidates one by one.
template <class Distance>
std::vector<std::int64_t> defined_potentials(const Centroids& candidates, const FixedPoint& scale,
                                             const std::vector<std::int64_t>& weights,
                                             const Distance& distance) {
  std::vector<std::int64_t> potentials(static_cast<std::size_t>(candidates.k), 5);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (std::size_t j = 0; j < potentials.size(); ++j) {
      potentials[j] += std::min(weights[i], scale.encode(distance(i, j)));
    }
  }
  return potentials;
}

/// Also more rows than a thread takes at a time, and more candidates than sparse rows are compared with at
/// once.
TEST(Potentials, AreSumsOfWhatEachCandidateWouldLeave) {
  for (const auto& [count, columns, k] : {std::tuple{1, 1, 1}, {700, 20, 8}, {33, 70, 41}, {0, 3, 2}}) {
    const double most = static_cast<double>(columns) / 3.0;
    const FixedPoint scale = FixedPoint::for_sums_of(most, static_cast<std::uint64_t>(count) + 1);
    const auto weights = made_weights(count, scale, most);
    const Centroids candidates = made_centroids(k, columns, 2);
    const DenseMatrix dense = made_rows(count, columns, 1);
    const CsrMatrix sparse = made_sparse(count, columns, 3);
    const auto of_dense = defined_potentials(candidates, scale, weights, [&](std::size_t i, std::size_t j) {
      return defined_distance(dense.view().row(static_cast<std::int64_t>(i)),
                              candidates.values.data() + static_cast<std::int64_t>(j) * candidates.columns);
    });
    // Those of one centroid are nearest_centroid's.
    std::vector<std::vector<double>> alone;
    for (std::int64_t j = 0; j < k; ++j) {
      const auto begin = candidates.values.begin() + j * candidates.columns;
      const Centroids one{{begin, begin + candidates.columns}, 1, candidates.columns};
      alone.push_back(assign(here(), sparse.view(), count, one).squared_distances);
    }
    const auto of_sparse = defined_potentials(candidates, scale, weights,
                                              [&](std::size_t i, std::size_t j) { return alone[j][i]; });
    for (const CpuOptions& options : all_options()) {
      const auto backend = make_cpu_backend(options);
      EXPECT_EQ(potentials_of(*backend, dense.view(), candidates, scale, weights), of_dense);
      EXPECT_EQ(potentials_of(*backend, sparse.view(), candidates, scale, weights), of_sparse);
    }
  }
}

}  // namespace
}  // namespace shoal
