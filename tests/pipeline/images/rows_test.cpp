// One digest of all image files, on any number of ranks.
#include "pipeline/images/rows.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shoal/base/digest.hpp"
#include "support/counted_memory.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

ImageRow row_of(std::int64_t number) {
  ImageRow row;
  row.digest = to_hex(sha256(std::to_string(number)));
  return row;
}

std::vector<ImageRow> rows_of_rank(std::int64_t all) {
  const RowRange mine = BlockPartition(all, world().size()).owned_by(world().rank());
  std::vector<ImageRow> rows;
  for (std::int64_t number = mine.begin; number < mine.end; ++number) rows.push_back(row_of(number));
  return rows;
}

/// As rows.hpp says.
std::string digest_by_definition(std::int64_t all) {
  Sha256 sum;
  for (std::int64_t first = 0; first < all; first += 256) {
    std::string block;
    for (std::int64_t number = first; number < std::min(all, first + 256); ++number)
      block += row_of(number).digest;
    const Digest digest = sha256(block);
    sum.update(std::as_bytes(std::span(digest)));
  }
  return to_hex(sum.finish());
}

TEST(DigestOfRows, IsOfBlocksWhoeverOwnsThem) {
  for (const std::int64_t all : {0, 1, 256, 257, 3000}) {
    EXPECT_EQ(digest_of_rows(world(), rows_of_rank(all)), digest_by_definition(all)) << all;
  }
}

TEST(DigestOfRows, TellsOneFileFromAnother) {
  auto rows = rows_of_rank(3000);
  const std::string before = digest_of_rows(world(), rows);
  if (!rows.empty() && world().is_root()) rows[300].digest = row_of(-1).digest;
  EXPECT_NE(digest_of_rows(world(), rows), before);
}

TEST(DigestOfRows, TakesAFractionOfAByteForARow) {
  const double slope = testing::steepest_slope({30'000, 60'000, 120'000}, [](std::int64_t all) {
    const auto rows = rows_of_rank(all);
    return testing::peak_of([&] { digest_of_rows(world(), rows); });
  });
  // 32 bytes a block, in a vector that grows by doubling; and on rank 0 a window of them: it was 128 bytes a
  // row.
  EXPECT_LT(slope, 2.0);
}

}  // namespace
}  // namespace shoal
