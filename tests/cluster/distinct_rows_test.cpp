// Rows that differ, counted over any number of ranks.
#include "shoal/cluster/distinct_rows.hpp"

#include <gtest/gtest.h>

#include "shoal/data/blocks.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

/// Row i of 900 holds (i % 7, 1): each of seven rows lies on all ranks.
DenseMatrix seven_rows_often() {
  DenseMatrix all(900, 2);
  for (std::int64_t i = 0; i < all.rows; ++i) {
    all.row(i)[0] = static_cast<float>(i % 7);
    all.row(i)[1] = 1.0F;
  }
  return all;
}

TEST(DistinctRows, OfADenseTableAreCountedOnce) {
  const DenseMatrix all = seven_rows_often();
  const RowRange mine = BlockPartition(all.rows, world().size()).owned_by(world().rank());
  const DenseRowsInMemory rows({all.values.data() + mine.begin * 2, mine.size(), 2}, mine, all.rows);
  EXPECT_EQ(count_distinct_rows(world(), rows, 100), 7);
  EXPECT_EQ(count_distinct_rows(world(), rows, 7), 7);
  EXPECT_EQ(count_distinct_rows(world(), rows, 3), 3) << "no more than was asked for";
}

TEST(DistinctRows, AreNotToldApartByTheSignOfZero) {
  DenseMatrix all(2, 1);
  all.values = {0.0F, -0.0F};
  const RowRange mine = BlockPartition(all.rows, world().size()).owned_by(world().rank());
  const DenseRowsInMemory rows({all.values.data() + mine.begin, mine.size(), 1}, mine, all.rows);
  EXPECT_EQ(count_distinct_rows(world(), rows, 10), 1);
}

TEST(DistinctRows, OfASparseTableAreThoseWithEntries) {
  // On each rank: nothing, {2: 1}, {2: 0.5}, {3: 1}, {2: 1}, and a row of its own.
  CsrMatrix mine;
  mine.columns = 100;
  mine.close_row();
  const auto add = [&](std::int32_t column, float value) {
    mine.indices.push_back(column);
    mine.values.push_back(value);
    mine.close_row();
  };
  add(2, 1.0F);
  add(2, 0.5F);
  add(3, 1.0F);
  add(2, 1.0F);
  add(10 + world().rank(), 1.0F);
  const std::int64_t begin = 6 * std::int64_t{world().rank()};
  const SparseRowsInMemory rows(mine.view(), {begin, begin + 6}, 6 * std::int64_t{world().size()});
  EXPECT_EQ(count_distinct_rows(world(), rows, 100), 3 + world().size());
}

}  // namespace
}  // namespace shoal
