// What a clustering takes is known before.
#include "arrays_memory.hpp"

#include <gmock/gmock.h>

#include "backend.hpp"
#include "on_device.hpp"
#include "support/made_arrays.hpp"

namespace shoal {
namespace {

using ::testing::AllOf;
using testing::assign;
using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;
using testing::made_centroids;
using testing::made_rows;
using testing::made_sparse;
using testing::made_weights;
using testing::potentials_of;
using testing::sums_of;

/// Labels and sums of rows that travel or stay, beside what was forecast.
template <class Matrix>
void expect_forecast(const Matrix& matrix, const ClusteringShape& shape, bool keep) {
  // How many entries sparse rows have is not in their shape.
  const std::int64_t part = shape.sparse ? 20 : 2;
  SCOPED_TRACE(std::string(shape.sparse ? "sparse" : "dense") + (keep ? ", kept" : ""));
  const auto centroids = made_centroids(shape.k, shape.columns, 6);
  const FixedPoint scale = FixedPoint::for_sums_of(1.0, static_cast<std::uint64_t>(shape.rows));
  emulator::restart(1);
  const auto backend = cuda_backend();
  const auto kept = keep ? backend->arrays().keep(matrix.view(), shape.k) : nullptr;
  const ArraysMemory memory = arrays_memory(shape);
  const auto of_rows =
      keep ? static_cast<std::int64_t>(emulator::device_bytes()) - memory.lasting : std::int64_t{0};
  const auto labels = assign(*backend, matrix.view(), shape.rows, centroids).labels;
  static_cast<void>(sums_of(*backend, matrix.view(), labels, scale, shape.k * shape.columns));
  const std::int64_t all = memory.lasting + memory.travelling + of_rows;
  EXPECT_THAT(static_cast<std::int64_t>(emulator::peak_device_bytes()),
              AllOf(Le(all), Ge(keep ? memory.lasting + of_rows : all / part)));
  EXPECT_THAT(static_cast<std::int64_t>(emulator::peak_pinned_bytes()),
              AllOf(Le(memory.pinned), Ge(memory.pinned / part)));
}

TEST(CudaArraysMemory, IsWhatAClusteringTakes) {
  SHOAL_NEEDS_EMULATOR();
  const DenseMatrix dense = made_rows(1100, 4096, 5);  // two pieces
  const CsrMatrix sparse = made_sparse(12000, 500, 5);
  for (const bool keep : {false, true}) {
    expect_forecast(dense, {false, 1100, 4096, 2}, keep);
    expect_forecast(sparse, {true, 12000, 500, 9}, keep);
  }
}

/// Calls with fewer centroids than rows were kept for, as k-means++ makes them.
template <class Matrix>
void expect_no_allocation_once_kept(const Matrix& matrix, const ClusteringShape& shape) {
  const ArraysMemory memory = arrays_memory(shape);
  const auto backend_with = [&](std::int64_t room) {
    // Beside what calls need, room for so many bytes of rows, and what is left free.
    const std::int64_t all = memory.lasting + memory.travelling + room + (std::int64_t{64} << 20);
    emulator::restart(1, {.memory = static_cast<std::size_t>(all)});
    return cuda_backend();
  };
  const testing::Centroids one = made_centroids(1, shape.columns, 6);
  const testing::Centroids two = made_centroids(2, shape.columns, 6);
  const std::vector<std::int32_t> labels(static_cast<std::size_t>(shape.rows), 0);
  const FixedPoint scale = FixedPoint::for_sums_of(1.0, static_cast<std::uint64_t>(shape.rows));
  const std::int64_t of_rows = shape.rows * shape.columns * 4;
  for (const std::int64_t room : {of_rows / 3, of_rows * 3 / 2, of_rows * 20}) {
    SCOPED_TRACE(room);
    const auto backend = backend_with(room);
    static_cast<void>(
        sums_of(*backend, matrix.view(), labels, scale, shape.columns));  // in a shape of its own
    const auto kept = backend->arrays().keep(matrix.view(), shape.k);
    ASSERT_NE(kept, nullptr);
    const std::uint64_t allocations = emulator::allocations();
    static_cast<void>(assign(*backend, matrix.view(), shape.rows, one));
    static_cast<void>(
        potentials_of(*backend, matrix.view(), two, scale, made_weights(shape.rows, scale, 1.0)));
    static_cast<void>(sums_of(*backend, matrix.view(), labels, scale, shape.columns));
    EXPECT_EQ(emulator::allocations(), allocations);
    EXPECT_LE(static_cast<std::int64_t>(emulator::peak_device_bytes()),
              memory.lasting + memory.travelling + room);
    EXPECT_LE(static_cast<std::int64_t>(emulator::peak_pinned_bytes()), memory.pinned);
  }
}

TEST(CudaArraysMemory, IsAllThereOnceRowsAreKept) {
  SHOAL_NEEDS_EMULATOR();
  const ClusteringShape many{false, 5000, 2, 1 << 17};
  ASSERT_LT(rows_of_results(many), many.rows);
  ASSERT_GT(rows_of_results({false, 5000, 2, 1}), rows_of_results(many));
  expect_no_allocation_once_kept(made_rows(5000, 2, 5), many);
  expect_no_allocation_once_kept(made_sparse(5000, 40, 5), {true, 5000, 40, 100});
}

/// That another process took the room which rows should have had is no reason to take more than was forecast.
TEST(CudaArraysMemory, IsBoundedWhereNoRowsCouldBeKept) {
  SHOAL_NEEDS_EMULATOR();
  const ClusteringShape many{false, 5000, 2, 1 << 17};
  const std::int64_t rows = rows_of_results(many);
  ASSERT_LT(rows, many.rows);
  const DenseMatrix matrix = made_rows(many.rows, many.columns, 5);
  emulator::restart(1);
  const auto backend = cuda_backend();
  emulator::fail_call(emulator::calls() + 5, cudaErrorMemoryAllocation);
  ASSERT_EQ(backend->arrays().keep(matrix.view(), many.k), nullptr);
  emulator::fail_call(0, 0);
  static_cast<void>(assign(*backend, matrix.view(), many.rows, made_centroids(2, many.columns, 6)));
  const ArraysMemory few = arrays_memory({false, rows, many.columns, 2});
  EXPECT_LE(static_cast<std::int64_t>(emulator::device_bytes()), few.lasting + few.travelling);
}

/// A piece of rows with few entries holds fewer of them than a piece may.
TEST(CudaArraysMemory, OfRowsWithFewEntriesIsOfThese) {
  SHOAL_NEEDS_EMULATOR();
  const std::int64_t rows = kPieceRows + 40000;
  CsrMatrix matrix;
  matrix.columns = 3;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (const std::int32_t j : {0, 1, 2}) {
      matrix.indices.push_back(j);
      matrix.values.push_back(1.0F);
    }
    matrix.close_row();
  }
  const ArraysMemory memory = arrays_memory({true, rows, 3, 2});
  const std::int64_t room = 1 << 20;
  emulator::restart(
      1, {.memory = static_cast<std::size_t>(memory.lasting + memory.travelling + (64 << 20) + room)});
  const auto backend = cuda_backend();
  const auto kept = backend->arrays().keep(matrix.view(), 2);
  ASSERT_NE(kept, nullptr);
  EXPECT_LE(static_cast<std::int64_t>(emulator::peak_device_bytes()),
            memory.lasting + memory.travelling + room);
  EXPECT_LE(static_cast<std::int64_t>(emulator::peak_pinned_bytes()), memory.pinned);
}

TEST(CudaArraysMemory, IsGivenBackWhenTheRowsAre) {
  SHOAL_NEEDS_EMULATOR();
  const DenseMatrix rows = made_rows(100, 40, 5);
  emulator::restart(1);
  const auto backend = cuda_backend();
  auto kept = backend->arrays().keep(rows.view(), 3);
  static_cast<void>(assign(*backend, rows.view(), 100, made_centroids(3, 40, 6)));
  EXPECT_GT(emulator::device_bytes(), 0U);
  kept.reset();
  EXPECT_EQ(emulator::device_bytes(), 0U);
}

/// That there is room for no row at once is no reason to take none for ever.
TEST(CudaArraysMemory, OfNoRowsLeavesRoomForOthers) {
  emulator::restart(1);
  const auto backend = cuda_backend();
  const DenseMatrix none(0, 40);
  const DenseMatrix rows = made_rows(3, 40, 5);
  const auto kept = backend->arrays().keep(none.view(), 2);
  EXPECT_THAT(assign(*backend, rows.view(), 3, made_centroids(2, 40, 6)).labels, Each(Ge(0)));
}

TEST(CudaArraysMemory, IsGivenBackBetweenClusterings) {
  SHOAL_NEEDS_EMULATOR();
  const CsrMatrix rows = made_sparse(100, 40, 5);
  emulator::restart(1);
  const auto backend = cuda_backend();
  backend->arrays().give_back();
  const auto labels = assign(*backend, rows.view(), 100, made_centroids(3, 40, 6)).labels;
  EXPECT_GT(emulator::device_bytes(), 0U);
  backend->arrays().give_back();
  EXPECT_EQ(emulator::device_bytes(), 0U);
  const ArraysMemory of_sums = arrays_memory({true, 100, 40, 3, true});
  emulator::restart(1);
  const auto anew = cuda_backend();
  static_cast<void>(sums_of(*anew, rows.view(), labels, FixedPoint::for_sums_of(1.0, 100), 120));
  EXPECT_LE(static_cast<std::int64_t>(emulator::peak_device_bytes()), of_sums.lasting + of_sums.travelling);
  EXPECT_LE(static_cast<std::int64_t>(emulator::peak_pinned_bytes()), of_sums.pinned);
}

/// Of two that share a GPU, none takes more than its half, whichever comes first.
TEST(CudaArraysMemory, IsSharedWithTheOtherRanksOfAGpu) {
  SHOAL_NEEDS_EMULATOR();
  const DenseMatrix rows = made_rows(4000, 4096, 5);  // 64 MiB
  emulator::restart(1, {.memory = 400 << 20});
  const auto first = cuda_backend({.ranks_on_device = 2});
  const auto kept = first->arrays().keep(rows.view(), 2);
  EXPECT_LE(emulator::device_bytes(), 200U << 20);
  const auto second = cuda_backend({.ranks_on_device = 2});
  EXPECT_NE(second->arrays().keep(rows.view(), 2), nullptr);
  const ClusteringShape shape{true, 1000, 100000, 100};  // 0.22 GiB of centroids and sums
  EXPECT_THAT(first->why_no_room(shape),
              AllOf(HasSubstr("has 0.4 for 2 ranks"), HasSubstr("or run fewer ranks on each GPU, or with")));
  EXPECT_EQ(cuda_backend()->why_no_room(shape), "");
}

/// Rounded rows of a piece take at most 128 MiB, whatever their columns.
TEST(CudaArraysMemory, OfRowsThatAreRoundedEachTimeIsBounded) {
  EXPECT_EQ(kept_rows_at_once(4096, true), kKeptPieceRows);
  EXPECT_EQ(kept_rows_at_once(4096, false), 16384);
  EXPECT_EQ(kept_rows_at_once(100, false), kKeptPieceRows);
  EXPECT_EQ(kept_rows_at_once(std::int64_t{1} << 30, false), 1);
  // Neither do results grow with the number of centroids.
  EXPECT_EQ(dense_rows_at_once(64), kPieceRows);
  const ClusteringShape many{false, 1 << 20, 100, 150000};
  const std::int64_t tables = 2 * many.k * many.columns * 8 + 128 * 150016 * 6;
  EXPECT_LT(arrays_memory(many).lasting, tables + (140 << 20));
  // A clustering's calls with one centroid take more rows at once.
  const ClusteringShape one{false, 1 << 20, 100, 1};
  EXPECT_GT(arrays_memory(one).travelling, arrays_memory(many).travelling);
  EXPECT_EQ(clustering_memory_at_most(many).travelling, arrays_memory(one).travelling);
  EXPECT_EQ(clustering_memory_at_most(many).lasting, arrays_memory(many).lasting);
}

TEST(CudaArraysMemory, ThatNoGpuHasIsRefusedBeforeTheRun) {
  SHOAL_NEEDS_EMULATOR();
  emulator::restart(1);
  const auto backend = cuda_backend();
  EXPECT_EQ(backend->clustering_memory({false, 1000, 4096, 64}),
            arrays_memory({false, 1000, 4096, 64}).pinned);
  EXPECT_EQ(backend->why_no_room(ClusteringShape{false, 1000, 4096, 64}), "");
  EXPECT_THAT(backend->why_no_room(ClusteringShape{true, 1000, 200000, 1000}),
              AllOf(HasSubstr("200000 numbers into k = 1000 groups takes 4.5 GiB"), HasSubstr("has 1.0;"),
                    HasSubstr("a lower k or a higher min_df")));
}

}  // namespace
}  // namespace shoal
