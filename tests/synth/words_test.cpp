// Hashtags and captions tell the groups apart, as those of real groups do: mostly.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "shoal/base/random.hpp"
#include "synth/caption.hpp"
#include "synth/vocabulary.hpp"

namespace shoal {
namespace {

constexpr int kPosts = 2000;

/// How often each tag is used in kPosts posts of a group.
std::map<std::string, int> tag_counts(int group, int groups) {
  const RandomStream draws(7, "test/tags");
  std::map<std::string, int> counts;
  for (int post = 0; post < kPosts; ++post) {
    Dice dice(draws, group * kPosts + post);
    for (const std::string& tag : make_tags(group, groups, dice)) ++counts[tag];
  }
  return counts;
}

TEST(Tags, OfAGroupAreMostlyUsedByThatGroup) {
  constexpr int kGroups = 20;
  std::vector<std::map<std::string, int>> counts;
  for (int group = 0; group < kGroups; ++group) counts.push_back(tag_counts(group, kGroups));
  for (int group = 0; group < kGroups; ++group) {
    const std::string tag = "#" + group_tag(group, 0);
    int elsewhere = 0;
    for (int other = 0; other < kGroups; ++other) {
      if (other != group) elsewhere += counts[static_cast<std::size_t>(other)][tag];
    }
    EXPECT_GT(counts[static_cast<std::size_t>(group)][tag], kPosts / 2) << tag;
    EXPECT_LT(elsewhere, kPosts / 5) << tag;
  }
}

TEST(Tags, SharedByAllAreUsedByEveryGroup) {
  for (int group = 0; group < 8; ++group) {
    auto counts = tag_counts(group, 8);
    EXPECT_GT(counts["#love"], kPosts / 8);
    EXPECT_GT(counts["#love"], counts["#instagood"]);
    EXPECT_GT(counts["#instagood"], counts["#Любовь"]);
  }
}

TEST(Tags, OfAllGroupsAreDistinctWords) {
  std::set<std::string> tags;
  std::size_t count = 0;
  for (int group = 0; group < 24; ++group) {
    for (std::size_t tag = 0; tag < theme(theme_of_group(group)).tags.size(); ++tag, ++count) {
      tags.insert(group_tag(group, tag));
    }
  }
  EXPECT_EQ(tags.size(), count);
}

TEST(Tags, AreDistinctWithinAPost) {
  const RandomStream draws(3, "test/tags");
  for (int post = 0; post < 500; ++post) {
    Dice dice(draws, post);
    const std::vector<std::string> tags = make_tags(2, 8, dice);
    EXPECT_EQ(std::set<std::string>(tags.begin(), tags.end()).size(), tags.size());
  }
}

TEST(Tags, AreOftenMissing) {
  const RandomStream draws(3, "test/tags");
  int untagged = 0;
  for (int post = 0; post < 1000; ++post) {
    Dice dice(draws, post);
    untagged += make_tags(2, 8, dice).empty();
  }
  EXPECT_NEAR(untagged, 150, 45);
}

TEST(Captions, AreSeldomEmptyAndNeverWithTags) {
  const RandomStream draws(5, "test/captions");
  int empty = 0;
  for (int post = 0; post < 1000; ++post) {
    Dice dice(draws, post);
    empty += make_caption(1, {}, {}, dice).empty();
    EXPECT_FALSE(make_caption(1, {"#alps"}, {}, dice).empty());
  }
  EXPECT_GT(empty, 50);
  EXPECT_LT(empty, 150);
}

TEST(GroupNames, CountTheRoundsOfTheThemes) {
  EXPECT_EQ(group_name(0), "sea");
  EXPECT_EQ(group_name(8), "sea-2");
  EXPECT_EQ(group_name(17), "mountains-3");
}

}  // namespace
}  // namespace shoal
