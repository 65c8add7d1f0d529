// Places by keys are those of one sort over all rows, on any number of ranks.
#include "shoal/comm/key_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "shoal/comm/row_exchange.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

std::vector<Digest> keys_of_all(std::int64_t rows) {
  std::vector<Digest> keys;
  // Every third row has the key of another one.
  for (std::int64_t row = 0; row < rows; ++row)
    keys.push_back(sha256(std::to_string(row % 3 == 2 ? row - 1 : row)));
  return keys;
}

void expect_one_sort(std::int64_t rows) {
  const std::vector<Digest> keys = keys_of_all(rows);
  const BlockPartition partition(rows, world().size());
  const RowRange mine = partition.owned_by(world().rank());
  const auto places = places_by_key(
      world(), partition,
      std::span(keys).subspan(static_cast<std::size_t>(mine.begin), static_cast<std::size_t>(mine.size())));
  std::vector<std::int64_t> sorted(keys.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = static_cast<std::int64_t>(i);
  std::ranges::stable_sort(sorted, {}, [&](std::int64_t row) { return keys[static_cast<std::size_t>(row)]; });
  for (std::int64_t place = 0; place < rows; ++place) {
    const std::int64_t row = sorted[static_cast<std::size_t>(place)];
    if (mine.contains(row))
      EXPECT_EQ(places[static_cast<std::size_t>(row - mine.begin)], place) << "row " << row;
  }
}

TEST(PlacesByKey, AreThoseOfOneSort) {
  expect_one_sort(0);
  expect_one_sort(1);
  expect_one_sort(256);
  expect_one_sort(3000);
}

}  // namespace
}  // namespace shoal
