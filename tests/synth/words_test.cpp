// Hashtags and captions tell the groups apart, as those of real groups do: mostly.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "shoal/base/random.hpp"
#include "shoal/text/tags.hpp"
#include "synth/caption.hpp"
#include "synth/languages.hpp"
#include "synth/made_words.hpp"
#include "synth/tags.hpp"
#include "synth/vocabulary.hpp"

namespace shoal {
namespace {

constexpr int kPosts = 2000;
constexpr double kExponent = 1.1;

/// How often each tag is used in kPosts posts of a group.
std::map<std::string, int> tag_counts(int group, int groups) {
  const RandomStream draws(7, "test/tags");
  const TagMaker maker(groups, kExponent);
  std::map<std::string, int> counts;
  for (int post = 0; post < kPosts; ++post) {
    Dice dice(draws, group * kPosts + post);
    for (const std::string& tag : maker.draw(group, dice)) ++counts[tag];
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
    EXPECT_GT(counts[static_cast<std::size_t>(group)][tag], kPosts / 3) << tag;
    EXPECT_LT(elsewhere, kPosts / 5) << tag;
  }
}

TEST(Tags, SharedByAllAreUsedByEveryGroup) {
  for (int group = 0; group < 8; ++group) {
    auto counts = tag_counts(group, 8);
    EXPECT_GT(counts["#love"], kPosts / 20);
    EXPECT_GT(counts["#love"], counts["#instagood"]);
    EXPECT_GT(counts["#instagood"], counts["#Любовь"]);
  }
}

TEST(Tags, OfAllListsAreDistinctWords) {
  constexpr int kGroups = 24;
  constexpr std::int64_t kRanks = 3'000;
  const TagMaker maker(kGroups, kExponent);
  std::set<std::string> tags;
  const auto add = [&](const std::string& tag) {
    const auto normal = normalise_tag(tag);
    ASSERT_TRUE(normal) << tag;
    EXPECT_TRUE(tags.insert(*normal).second) << tag;
  };
  for (std::int64_t rank = 1; rank <= kRanks; ++rank) {
    add(maker.shared(rank));
    for (int group = 0; group < kGroups; ++group) add(maker.of_group(group, rank));
  }
}

TEST(Tags, GrowInNumberWithTheCorpus) {
  const TagMaker maker(8, kExponent);
  const RandomStream draws(3, "test/tags");
  std::set<std::string> distinct;
  std::map<int, std::size_t> at;
  for (int post = 1; post <= 80'000; ++post) {
    Dice dice(draws, post);
    for (std::string& tag : maker.draw(post % 8, dice)) distinct.insert(std::move(tag));
    if (post == 10'000 || post == 80'000) at[post] = distinct.size();
  }
  // Eight times the posts have about 8^0.8 times the tags: Heaps' law, at which millions have millions.
  EXPECT_GT(at[10'000], 8'000U);
  EXPECT_GT(at[80'000], 4 * at[10'000]);
}

TEST(Tags, AreDistinctWithinAPost) {
  const RandomStream draws(3, "test/tags");
  const TagMaker maker(8, kExponent);
  for (int post = 0; post < 500; ++post) {
    Dice dice(draws, post);
    const std::vector<std::string> tags = maker.draw(2, dice);
    EXPECT_EQ(std::set<std::string>(tags.begin(), tags.end()).size(), tags.size());
  }
}

TEST(Tags, AreOftenMissing) {
  const RandomStream draws(3, "test/tags");
  const TagMaker maker(8, kExponent);
  int untagged = 0;
  for (int post = 0; post < 1000; ++post) {
    Dice dice(draws, post);
    untagged += maker.draw(2, dice).empty();
  }
  EXPECT_NEAR(untagged, 150, 45);
}

TEST(Captions, AreSeldomEmptyAndNeverWithTags) {
  const RandomStream draws(5, "test/captions");
  int empty = 0;
  for (int post = 0; post < 1000; ++post) {
    Dice dice(draws, post);
    empty += make_caption(1, -1, {}, {}, dice).empty();
    EXPECT_FALSE(make_caption(1, -1, {"#alps"}, {}, dice).empty());
  }
  EXPECT_GT(empty, 50);
  EXPECT_LT(empty, 150);
}

TEST(Captions, AreWrittenInEachLanguage) {
  const RandomStream draws(5, "test/captions");
  for (std::size_t language = 0; language < other_languages().size(); ++language) {
    const Words nouns = other_languages()[language].nouns[1];
    int found = 0;
    for (int post = 0; post < 50; ++post) {
      Dice dice(draws, post);
      const std::string caption = make_caption(1, static_cast<int>(language), {"#alps"}, {}, dice);
      found += std::ranges::any_of(
          nouns, [&](std::string_view noun) { return caption.find(noun) != std::string::npos; });
    }
    EXPECT_EQ(found, 50) << other_languages()[language].name;
  }
}

TEST(MadeWords, AreDistinctInEachScript) {
  for (const Script& script : scripts()) {
    std::set<std::string> words;
    for (std::uint64_t number = 0; number < 20'000; ++number)
      words.insert(normalise_tag(made_word(script, number)).value_or(""));
    EXPECT_EQ(words.size(), 20'000U) << script.name;
    // The largest number that a tag has still is one.
    EXPECT_LT(made_word(script, std::uint64_t{1'001} << 40).size(), kLongestTag) << script.name;
  }
}

/// A word that could be taken apart in two ways might be that of two numbers.
TEST(MadeWords, ConsistOfPartsOfWhichNoneBeginsOrEndsAnother) {
  for (const Script& script : scripts()) {
    for (const std::string_view a : script.onsets) {
      for (const std::string_view b : script.onsets)
        EXPECT_TRUE(a == b || !a.starts_with(b)) << a << " " << b;
    }
  }
  for (const Script& one : scripts()) {
    for (const Script& other : scripts()) {
      for (const std::string_view a : one.endings) {
        for (const std::string_view b : other.endings)
          EXPECT_TRUE(a == b || !a.ends_with(b)) << a << " " << b;
      }
    }
  }
}

TEST(MadeWords, OfAListAreOfAllScriptsAndHalfOfThemPlainLatin) {
  std::map<std::string_view, int> counts;
  for (std::int64_t place = 0; place < 3'200; ++place) ++counts[script_of_place(place).name];
  EXPECT_EQ(counts.size(), scripts().size());
  EXPECT_EQ(counts["latin"], 1'600);
}

TEST(GroupNames, CountTheRoundsOfTheThemes) {
  EXPECT_EQ(group_name(0), "sea");
  EXPECT_EQ(group_name(8), "sea-2");
  EXPECT_EQ(group_name(17), "mountains-3");
}

}  // namespace
}  // namespace shoal
