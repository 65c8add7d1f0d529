// Leading tags, names and nearest items.
#include "shoal/cluster/groups.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "shoal/compute/cpu_backend.hpp"
#include "support/counting_communicator.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

TEST(LeadingColumns, AreTheLargestMeansOfAllRanks) {
  const auto backend = make_cpu_backend({1, detect_instruction_level()});
  // Each rank gives group 0 the columns 0 (2.0) and 2 (1.0), and group 1 the column 1; column 3 ties with 2.
  CsrMatrix rows;
  rows.columns = 5;
  rows.indices = {0, 2, 3, 1};
  rows.values = {2.0f, 1.0f, 1.0f, 0.5f};
  rows.offsets = {0, 3, 4, 4};
  const std::vector<std::int32_t> labels{0, 1, -1};
  const auto leading = leading_columns(world(), backend->arrays(), rows.view(), labels, 3, 2);
  ASSERT_EQ(leading.size(), 3u);
  ASSERT_EQ(leading[0].size(), 2u);
  EXPECT_EQ(leading[0][0].column, 0);
  EXPECT_DOUBLE_EQ(leading[0][0].mean, 2.0);
  EXPECT_EQ(leading[0][1].column, 2) << "of equal means the lower column";
  ASSERT_EQ(leading[1].size(), 1u) << "columns that are zero throughout are left out";
  EXPECT_TRUE(leading[2].empty());
}

TEST(GroupNames, AreLeadingTagsAndDistinct) {
  const std::vector<std::vector<std::string>> leading{
      {"boat", "water", "sailing", "x"}, {}, {"boat", "water", "sailing"}, {"x"}};
  EXPECT_EQ(group_names(leading),
            (std::vector<std::string>{"boat_water_sailing", "group_2", "boat_water_sailing_2", "x"}));
}

TEST(NearestItems, AreDistinctAndOrderedByDistanceThenItem) {
  // Item 100 + rank lies at distance 1 on every rank, item 7 at 2 on all ranks, item 5 at 3.
  const std::int64_t own = 100 + world().rank();
  const std::vector<std::int32_t> labels{0, 0, 0, 1, -1, 0};
  const std::vector<double> distances{3.0, 2.0, 1.0, 0.0, 0.0, 0.0};
  const std::vector<ShownItem> items{{5, 5}, {7, 7}, {own, own}, {9, 9}, {10, 10}, {-1, 0}};
  const auto nearest = nearest_items(world(), labels, distances, items, 3, 5);
  std::vector<std::int64_t> expected;
  for (int rank = 0; rank < world().size(); ++rank) expected.push_back(100 + rank);
  expected.insert(expected.end(), {7, 5});
  EXPECT_EQ(nearest[0], expected);
  EXPECT_EQ(nearest[1], std::vector<std::int64_t>{9});
  EXPECT_TRUE(nearest[2].empty());
}

TEST(NearestItems, ThatAreEquallyNearComeByTheirPlace) {
  const std::vector<std::int32_t> labels{0, 0, 0};
  const std::vector<double> distances{1.0, 1.0, 1.0};
  const std::vector<ShownItem> items{{1, 30}, {2, 10}, {3, 20}};
  EXPECT_EQ(nearest_items(world(), labels, distances, items, 1, 2).front(),
            (std::vector<std::int64_t>{2, 3}));
}

TEST(GroupNames, OfManyGroupsThatAreAlikeTakeNoLongerThanOthers) {
  constexpr std::size_t kGroups = 50'000;
  // "x", "x_2", "x_3" ...; a group whose own name is "x_7" goes behind the one that got it by its number.
  std::vector<std::vector<std::string>> leading(kGroups, {"x"});
  leading[100] = {"x_7"};
  const auto names = group_names(leading);
  EXPECT_EQ(names[6], "x_7");
  EXPECT_EQ(names[100], "x_7_2");
  EXPECT_EQ(names.back(), "x_" + std::to_string(kGroups - 1));
}

TEST(NearestItems, AreToldToARankForEachGroupAndNotForEachRank) {
  constexpr std::int64_t kGroups = 300;
  constexpr std::size_t kItems = 10;
  std::vector<std::int32_t> labels;
  std::vector<double> distances;
  std::vector<ShownItem> items;
  for (std::int64_t i = 0; i < kGroups * 20; ++i) {
    const std::int64_t item = i * world().size() + world().rank();
    labels.push_back(static_cast<std::int32_t>(i % kGroups));
    distances.push_back(static_cast<double>(item * 7919 % 10'007));
    items.push_back({item, item});
  }
  testing::CountingCommunicator comm(world());
  const auto nearest = nearest_items(comm, labels, distances, items, kGroups, kItems);
  for (const auto& group : nearest) {
    ASSERT_EQ(group.size(), kItems);
    const auto distance = [](std::int64_t item) { return item * 7919 % 10'007; };
    EXPECT_TRUE(std::ranges::is_sorted(group, {}, distance));
  }
  // Those of its groups with their distances, and of all groups the items alone: 32 and 16 bytes each.
  EXPECT_LE(comm.received(), static_cast<std::int64_t>(kItems) * kGroups * (32 + 16) + 1000);
}

}  // namespace
}  // namespace shoal
