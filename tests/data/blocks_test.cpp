// Who owns which rows, for every small case.
#include "shoal/data/blocks.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(BlockPartition, CoversAllRowsInOrderInWholeBlocks) {
  for (const std::int64_t rows : {0, 1, 255, 256, 257, 1000, 5000}) {
    for (int ranks = 1; ranks <= 9; ++ranks) {
      const BlockPartition partition(rows, ranks);
      std::int64_t next = 0;
      for (int rank = 0; rank < ranks; ++rank) {
        const RowRange range = partition.owned_by(rank);
        EXPECT_EQ(range.begin, next);
        EXPECT_TRUE(range.begin % kBlockRows == 0 || range.begin == rows);
        for (std::int64_t row = range.begin; row < range.end; ++row) ASSERT_EQ(partition.owner_of(row), rank);
        next = range.end;
      }
      EXPECT_EQ(next, rows);
    }
  }
}

TEST(BlockPartition, IsEvenToOneBlock) {
  const BlockPartition partition(100 * kBlockRows, 7);
  for (int rank = 0; rank < 7; ++rank) {
    EXPECT_NEAR(static_cast<double>(partition.owned_by(rank).size()), 100.0 * kBlockRows / 7, kBlockRows);
  }
}

}  // namespace
}  // namespace shoal
