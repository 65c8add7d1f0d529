// The order of texts over ranks, against sorting all of them in one place.
#include "shoal/comm/text_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "shoal/comm/objects.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

/// The place of each text of all ranks, found by sorting them together.
std::vector<std::int64_t> sorted_together(const std::vector<std::vector<std::string>>& by_rank, int rank) {
  std::vector<std::tuple<std::string, std::size_t, std::size_t>> all;
  for (std::size_t r = 0; r < by_rank.size(); ++r) {
    for (std::size_t i = 0; i < by_rank[r].size(); ++i) all.emplace_back(by_rank[r][i], r, i);
  }
  std::ranges::sort(all);
  std::vector<std::int64_t> places(by_rank[static_cast<std::size_t>(rank)].size());
  for (std::size_t place = 0; place < all.size(); ++place) {
    const auto& [text, r, i] = all[place];
    if (static_cast<int>(r) == rank) places[i] = static_cast<std::int64_t>(place);
  }
  return places;
}

void expect_sorted(const std::vector<std::string>& mine) {
  EXPECT_EQ(places_by_text(world(), mine),
            sorted_together(all_gather_objects(world(), mine), world().rank()));
}

TEST(TextOrder, IsTheOrderOfBytes) {
  std::vector<std::string> mine;
  for (std::uint64_t i = 0; i < 500; ++i) {
    mine.push_back(
        std::to_string((i * 2654435761U + static_cast<std::uint64_t>(world().rank()) * 97) % 100003));
  }
  mine.push_back("\xc3\xa9");
  mine.emplace_back();
  expect_sorted(mine);
}

TEST(TextOrder, TellsEqualTextsApartByRankAndPosition) {
  expect_sorted({"b", "a", "b", "a", "a"});
  expect_sorted(std::vector<std::string>(300, "same"));
}

TEST(TextOrder, IsRightWhereRanksHaveNone) {
  expect_sorted({});
  expect_sorted(world().rank() == world().size() - 1 ? std::vector<std::string>{"z", "y"}
                                                     : std::vector<std::string>{});
}

}  // namespace
}  // namespace shoal
