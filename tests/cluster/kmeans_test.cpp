// k-means on any number of ranks: the bits of one rank, and the answers one knows.
#include "shoal/cluster/kmeans.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "shoal/base/error.hpp"
#include "shoal/base/random.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/data/blocks.hpp"
#include "support/counting_communicator.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

ArrayOperations& arrays() {
  static const auto backend = make_cpu_backend({1, detect_instruction_level()});
  return backend->arrays();
}

/// Points around `groups` far-apart centres, the same for every caller.
DenseMatrix made_points(std::int64_t rows, std::int64_t columns, std::int64_t groups, double spread) {
  const RandomStream stream(11, "test points");
  DenseMatrix points(rows, columns);
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto group = static_cast<std::uint64_t>(i % groups);
    for (std::int64_t c = 0; c < columns; ++c) {
      const auto column = static_cast<std::uint64_t>(c);
      const double centre = 10.0 * stream.uniform(1, group * 1000 + column);
      points.row(i)[static_cast<std::size_t>(c)] = static_cast<float>(
          centre + spread * (stream.uniform(2, static_cast<std::uint64_t>(i) * 1000 + column) - 0.5));
    }
  }
  return points;
}

/// This rank's share of a table that everyone has.
struct Share {
  Share(Communicator& comm, const DenseMatrix& all)
      : range(BlockPartition(all.rows, comm.size()).owned_by(comm.rank())),
        rows({all.values.data() + range.begin * all.columns, range.size(), all.columns}, range, all.rows) {}
  RowRange range;
  DenseRowsInMemory rows;
};

KMeansResult run_dense(Communicator& comm, const DenseMatrix& all, const KMeansSettings& settings) {
  NoCheckpoint none;
  return kmeans(comm, arrays(), Share(comm, all).rows, settings, none);
}

TEST(KMeans, FindsFarApartGroups) {
  const DenseMatrix points = made_points(1000, 5, 4, 0.5);
  KMeansSettings settings;
  settings.k = 4;
  const KMeansResult result = run_dense(world(), points, settings);
  EXPECT_EQ(result.sizes, (std::vector<std::int64_t>{250, 250, 250, 250}));
  const RowRange mine = BlockPartition(1000, world().size()).owned_by(world().rank());
  for (std::size_t i = 4; i < result.labels.size(); ++i) {
    EXPECT_EQ(result.labels[i], result.labels[i - 4]) << "row " << mine.begin + static_cast<std::int64_t>(i);
  }
  EXPECT_EQ(result.labelled, 1000);
  EXPECT_EQ(result.tied, 0);
}

TEST(KMeans, GivesTheBitsOfOneRank) {
  const DenseMatrix points = made_points(2000, 37, 5, 12.0);
  KMeansSettings settings;
  settings.k = 7;
  settings.n_init = 2;
  const auto single = make_single_rank();
  const KMeansResult expected = run_dense(*single, points, settings);
  const KMeansResult result = run_dense(world(), points, settings);
  EXPECT_EQ(result.centroids, expected.centroids);
  EXPECT_EQ(result.inertia, expected.inertia);
  EXPECT_EQ(result.sizes, expected.sizes);
  EXPECT_EQ(result.iterations, expected.iterations);
  const RowRange mine = BlockPartition(points.rows, world().size()).owned_by(world().rank());
  for (std::size_t i = 0; i < result.labels.size(); ++i) {
    const auto row = static_cast<std::size_t>(mine.begin) + i;
    ASSERT_EQ(result.labels[i], expected.labels[row]);
    ASSERT_EQ(result.squared_distances[i], expected.squared_distances[row]);
  }
}

TEST(KMeans, LabelsAndInertiaBelongToTheStoredCentroids) {
  for (const std::int64_t max_iter : {1, 2, 300}) {
    const DenseMatrix points = made_points(600, 4, 3, 20.0);
    KMeansSettings settings;
    settings.k = 5;
    settings.n_init = 1;
    settings.max_iter = max_iter;
    settings.tol = 0.0;
    const auto single = make_single_rank();
    const KMeansResult result = run_dense(*single, points, settings);
    double inertia = 0.0;
    for (std::int64_t i = 0; i < points.rows; ++i) {
      std::vector<double> distances;
      for (std::int64_t j = 0; j < 5; ++j) {
        double distance = 0.0;
        for (std::int64_t c = 0; c < 4; ++c) {
          const double d = points.view().row(i)[static_cast<std::size_t>(c)] -
                           result.centroids[static_cast<std::size_t>(j * 4 + c)];
          distance += d * d;
        }
        distances.push_back(distance);
      }
      const double own = distances[static_cast<std::size_t>(result.labels[static_cast<std::size_t>(i)])];
      EXPECT_LE(own, *std::min_element(distances.begin(), distances.end()) * (1 + 1e-5));
      inertia += own;
    }
    EXPECT_NEAR(result.inertia, inertia, 1e-5 * inertia) << "max_iter " << max_iter;
  }
}

TEST(KMeans, EmptyGroupsTakeTheFarthestRows) {
  // All start centroids coincide: the first takes every row, three stay empty.
  DenseMatrix points(300, 1);
  for (std::int64_t i = 0; i < 300; ++i) points.row(i)[0] = static_cast<float>(i % 4) * 100.0f;
  KMeansSettings settings;
  settings.k = 4;
  settings.start = std::vector<double>(4, 10.0);
  const KMeansResult result = run_dense(world(), points, settings);
  EXPECT_EQ(result.sizes.size(), 4u);
  EXPECT_EQ(result.inertia, 0.0);
  for (const std::int64_t size : result.sizes) EXPECT_EQ(size, 75);
}

TEST(KMeans, MoreGroupsThanDistinctRowsLeavesSomeEmpty) {
  DenseMatrix points(10, 2);
  for (std::int64_t i = 0; i < 10; ++i) points.row(i)[0] = static_cast<float>(i % 2);
  KMeansSettings settings;
  settings.k = 4;
  const KMeansResult result = run_dense(world(), points, settings);
  EXPECT_EQ(result.inertia, 0.0);
  EXPECT_EQ(std::accumulate(result.sizes.begin(), result.sizes.end(), std::int64_t{0}), 10);
}

TEST(KMeans, RefusesMoreGroupsThanRows) {
  KMeansSettings settings;
  settings.k = 11;
  EXPECT_THROW(run_dense(world(), made_points(10, 2, 2, 1.0), settings), UsageError);
}

TEST(KMeans, NamesRowAndColumnOfAValueThatIsNotANumber) {
  DenseMatrix points = made_points(10, 3, 2, 1.0);
  points.row(7)[2] = std::nanf("");
  KMeansSettings settings;
  settings.k = 2;
  const auto single = make_single_rank();
  try {
    run_dense(*single, points, settings);
    FAIL() << "NaN was accepted";
  } catch (const FailureError& error) {
    EXPECT_NE(std::string(error.what()).find("row 7, column 2"), std::string::npos) << error.what();
  }
}

/// Keeps the newest state, and ends the run after a number of saves.
class StoppingCheckpoint : public Checkpoint {
 public:
  explicit StoppingCheckpoint(int saves) : left_(saves) {}
  std::optional<State> load() override { return state_; }
  void save(const std::function<State()>& state, bool) override {
    state_ = state();
    if (--left_ == 0) throw Interrupted();
  }

 private:
  int left_;
  std::optional<State> state_;
};

TEST(KMeans, GoesOnFromACheckpointToTheSameBits) {
  const DenseMatrix points = made_points(1000, 6, 3, 15.0);
  KMeansSettings settings;
  settings.k = 6;
  settings.n_init = 3;
  const KMeansResult expected = run_dense(world(), points, settings);
  const Share share(world(), points);
  for (const int saves : {1, 5, 12}) {
    StoppingCheckpoint checkpoint(saves);
    EXPECT_THROW(kmeans(world(), arrays(), share.rows, settings, checkpoint), Interrupted);
    const KMeansResult result = kmeans(world(), arrays(), share.rows, settings, checkpoint);
    EXPECT_EQ(result.centroids, expected.centroids);
    EXPECT_EQ(result.labels, expected.labels);
    EXPECT_EQ(result.restart, expected.restart);
    EXPECT_EQ(result.iterations, expected.iterations);
  }
}

CsrMatrix sparse_of(const std::vector<std::vector<std::pair<int, float>>>& rows, std::int64_t columns) {
  CsrMatrix matrix;
  matrix.columns = columns;
  for (const auto& row : rows) {
    for (const auto& [column, value] : row) {
      matrix.indices.push_back(column);
      matrix.values.push_back(value);
    }
    matrix.close_row();
  }
  return matrix;
}

/// The numerics page's six posts, and one without a tag.
TEST(SparseKMeans, GivesTheKnownCentroidsOfSixPosts) {
  const float food = 0.7593f;
  const float italy = 0.6507f;
  const CsrMatrix rows = sparse_of({{{1, food}, {2, italy}},
                                    {{1, food}, {2, italy}},
                                    {{1, 1.0f}},
                                    {{0, food}, {2, italy}},
                                    {{0, food}, {2, italy}},
                                    {{0, 1.0f}},
                                    {}},
                                   3);
  // Seven rows are one block: all ranks but one own nothing.
  const CsrMatrix nothing = sparse_of({}, 3);
  const BlockPartition partition(7, world().size());
  const RowRange mine = partition.owned_by(world().rank());
  const SparseRowsInMemory source(mine.size() > 0 ? rows.view() : nothing.view(), mine, 7);
  KMeansSettings settings;
  settings.k = 2;
  NoCheckpoint none;
  KMeansResult result = kmeans(world(), arrays(), source, settings, none);
  EXPECT_EQ(result.labelled, 6);
  EXPECT_EQ(result.sizes, (std::vector<std::int64_t>{3, 3}));
  const std::size_t food_group = result.centroids[1] > 0.5 ? 0 : 1;
  EXPECT_NEAR(result.centroids[food_group * 3 + 1], 0.8396, 1e-4);
  EXPECT_NEAR(result.centroids[food_group * 3 + 2], 0.4338, 1e-4);
  EXPECT_NEAR(result.centroids[(1 - food_group) * 3 + 0], 0.8396, 1e-4);
  if (mine.size() > 0) EXPECT_EQ(result.labels[6], -1);
}

/// Rows of three tags each, in a vocabulary of so many, of which most are rare.
CsrMatrix wide_rows(std::int64_t rows, std::int64_t columns) {
  const RandomStream stream(5, "wide rows");
  std::vector<std::vector<std::pair<int, float>>> all;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    const auto rare = static_cast<int>(stream.below(static_cast<std::uint64_t>(columns) - 20, 1, row));
    const auto common = static_cast<int>(stream.below(10, 2, row));
    all.push_back({{common, 0.8f},
                   {10 + common, 0.4f},
                   {20 + rare, static_cast<float>(0.1 + 0.01 * static_cast<double>(i % 7))}});
  }
  return sparse_of(all, columns);
}

KMeansResult run_sparse(Communicator& comm, const CsrMatrix& all, const KMeansSettings& settings) {
  const RowRange mine = BlockPartition(all.rows(), comm.size()).owned_by(comm.rank());
  const SparseRowsInMemory whole(all.view(), {0, all.rows()}, all.rows());
  const SparseRowsInMemory share(whole.rows(mine.begin, mine.size()), mine, all.rows());
  NoCheckpoint none;
  return kmeans(comm, arrays(), share, settings, none);
}

TEST(SparseKMeans, GivesTheBitsOfOneRankOnAWideVocabulary) {
  const CsrMatrix rows = wide_rows(900, 5000);
  KMeansSettings settings;
  settings.k = 12;
  settings.n_init = 2;
  const auto single = make_single_rank();
  const KMeansResult expected = run_sparse(*single, rows, settings);
  const KMeansResult result = run_sparse(world(), rows, settings);
  EXPECT_EQ(result.centroids, expected.centroids);
  EXPECT_EQ(result.inertia, expected.inertia);
  EXPECT_EQ(result.sizes, expected.sizes);
}

TEST(SparseKMeans, SendsChosenRowsAsTheyAreAndNotAsWideAsTheVocabulary) {
  KMeansSettings settings;
  settings.k = 12;
  settings.n_init = 1;
  settings.max_iter = 1;
  const auto received = [&](std::int64_t columns) {
    testing::CountingCommunicator comm(world());
    run_sparse(comm, wide_rows(600, columns), settings);
    return comm.received();
  };
  // Some 50 rows are drawn; of dense ones each would take 8 bytes for every further column.
  EXPECT_LT(received(4000) - received(1000), 3000);
}

TEST(KMeans, CountsRowsThatAreEquallyNearToTwoCentroids) {
  // 0 belongs to -2 by the lower index, and is then as near to their mean -1 as to 1. The mean of all is 2:
  // exact.
  DenseMatrix points(4, 1);
  points.values = {-2.0f, 0.0f, 1.0f, 9.0f};
  KMeansSettings settings;
  settings.k = 3;
  settings.start = std::vector<double>{-1, 1, 9};
  const KMeansResult result = run_dense(world(), points, settings);
  EXPECT_EQ(result.centroids, (std::vector<double>{-1, 1, 9}));
  EXPECT_EQ(result.sizes, (std::vector<std::int64_t>{2, 1, 1}));
  EXPECT_EQ(result.tied, 1);
}

TEST(OrderBySize, PutsTheLargestGroupFirstAndKeepsLabelsWithCentroids) {
  KMeansResult result;
  result.labels = {0, 1, 1, 2, 2, 2, -1};
  result.sizes = {1, 2, 3};
  result.centroids = {0.0, 0.5, 1.0, 1.5, 2.0, 2.5};
  order_by_size(result);
  EXPECT_EQ(result.sizes, (std::vector<std::int64_t>{3, 2, 1}));
  EXPECT_EQ(result.labels, (std::vector<std::int32_t>{2, 1, 1, 0, 0, 0, -1}));
  EXPECT_EQ(result.centroids, (std::vector<double>{2.0, 2.5, 1.0, 1.5, 0.0, 0.5}));
}

}  // namespace
}  // namespace shoal
