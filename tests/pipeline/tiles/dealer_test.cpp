// Who gets which tile.
#include "pipeline/tiles/dealer.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace shoal {
namespace {

TEST(TileDealerTest, ARankTakesItsOwnTilesFirstAndThenTheLastOnesOfWhoeverHasMostLeft) {
  TileDealer dealer({2, 6}, {1, 1});
  std::vector<std::pair<int, std::int64_t>> taken;
  for (int i = 0; i < 4; ++i) {
    dealer.ask(0);
    const auto grants = dealer.answer();
    ASSERT_EQ(grants.size(), 1U);
    taken.emplace_back(grants[0].home, grants[0].index);
    dealer.finished(0);
  }
  EXPECT_EQ(taken, (std::vector<std::pair<int, std::int64_t>>{{0, 0}, {0, 1}, {1, 5}, {1, 4}}));
}

TEST(TileDealerTest, EveryTileIsGivenOnceAndThenEachRankHearsThatNoneIsLeft) {
  TileDealer dealer({5, 0, 7}, {2, 1, 3});
  std::set<std::pair<int, std::int64_t>> given;
  std::map<int, int> ends;
  while (ends.size() < 3) {
    for (int rank = 0; rank < 3; ++rank) {
      if (!ends.contains(rank)) dealer.ask(rank);
    }
    for (const auto& grant : dealer.answer()) {
      if (grant.home < 0) {
        ++ends[grant.rank];
        continue;
      }
      EXPECT_TRUE(given.emplace(grant.home, grant.index).second);
      dealer.finished(grant.rank);
    }
  }
  EXPECT_EQ(given.size(), 12U);
}

TEST(TileDealerTest, NearTheEndARankWithoutAFreeWorkerWaits) {
  TileDealer dealer({3, 3}, {1, 1});
  dealer.ask(0);
  EXPECT_EQ(dealer.answer().size(), 1U);
  dealer.ask(0);
  // Five are left for two workers: it may hold one ahead.
  EXPECT_EQ(dealer.answer().size(), 1U);
  dealer.ask(0);
  EXPECT_TRUE(dealer.answer().empty());
  dealer.finished(0);
  dealer.finished(0);
  EXPECT_EQ(dealer.answer().size(), 1U);
}

}  // namespace
}  // namespace shoal
