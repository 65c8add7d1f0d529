// Texts that occur many times, on any number of ranks.
#include "pipeline/results/text_categories.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;
using testing::world;

TEST(TextCategories, AreSortedAndTheSameOnAllRanks) {
  // Each rank has texts that no other has.
  const std::string own = "rank" + std::to_string(world().rank());
  const auto found = as_categories(world(), std::vector<std::string>{"b", own, "", "b", "b", own, own, own});
  ASSERT_TRUE(found);
  std::vector<std::string> expected{"", "b"};
  for (int rank = 0; rank < world().size(); ++rank) expected.push_back("rank" + std::to_string(rank));
  EXPECT_EQ(found->categories, expected);
  const std::int32_t code = 2 + world().rank();
  EXPECT_THAT(found->codes, ElementsAre(1, code, 0, 1, 1, code, code, code));
}

TEST(TextCategories, AreNoneWhereMostTextsDiffer) {
  std::vector<std::string> texts;
  for (int i = 0; i < 10; ++i) texts.push_back(std::to_string(10 * world().rank() + i));
  EXPECT_FALSE(as_categories(world(), texts));
}

TEST(TextCategories, AreNoneBeyondWhatARankCanHold) {
  std::vector<std::string> texts;
  for (int i = 0; i < 40'000; ++i) texts.insert(texts.end(), 3, std::to_string(i));
  EXPECT_FALSE(as_categories(world(), texts));
}

TEST(TextCategories, AreNoneWhereOneLongTextWouldWidenAll) {
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.insert(texts.end(), 3, std::to_string(i));
  EXPECT_TRUE(as_categories(world(), texts));
  texts.back() = std::string(200'000, 'x');
  EXPECT_FALSE(as_categories(world(), texts));
}

TEST(TextCategories, OfNoTextsAreEmpty) {
  const auto found = as_categories(world(), {});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->categories.empty());
}

}  // namespace
}  // namespace shoal
