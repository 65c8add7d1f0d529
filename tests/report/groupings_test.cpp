// Groupings by any method: known ones, and those that only the results know.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/methods.hpp"
#include "report/result_pages.hpp"
#include "report/row_words.hpp"
#include "shoal/base/error.hpp"

namespace shoal::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Texts = std::vector<std::string>;
using Numbers = std::vector<std::int64_t>;

/// By a method without a row in the report: neither centroids nor inertia, and a group that nobody is in.
UnsValue tidal_grouping() {
  UnsValue grouping;
  grouping["of"] = "voices";
  grouping["rows"] = "accounts";
  grouping["method"] = "tidal <2>";
  grouping["labelled"] = 10;
  grouping["unlabelled"] = 1234;
  grouping["names"] = Texts{"loud", "empty", "soft"};
  grouping["sizes"] = Numbers{3, 0, 7};
  grouping["facts"]["terms"] = Texts{"Reach", "Noise & rest"};
  grouping["facts"]["values"] = Texts{"0.25", "1,234 accounts"};
  grouping["sentences"] = Texts{"Most accounts are in <no> group.", "The tide was low."};
  return grouping;
}

TEST(Groupings, AMethodThatTheReportHasNeverHeardOfIsDrawnCompletely) {
  const ScratchFolder folder;
  const std::string section = grouping_section(folder, tidal_grouping());
  EXPECT_THAT(section, HasSubstr("<p class=\"lead\">Groups of accounts by the feature set voices</p>"));
  for (const char* fact :
       {"<dt>Method</dt><dd>tidal &lt;2&gt;, 3 groups</dd>", "<dt>Labelled</dt><dd>10 accounts</dd>",
        "<dt>Unlabelled</dt><dd>1,234</dd>", "<dt>Reach</dt><dd>0.25</dd>",
        "<dt>Noise &amp; rest</dt><dd>1,234 accounts</dd>"}) {
    EXPECT_THAT(section, HasSubstr(fact));
  }
  EXPECT_THAT(section, HasSubstr("role=\"note\">Most accounts are in &lt;no&gt; group.</p>"));
  EXPECT_THAT(section, HasSubstr("role=\"note\">The tide was low.</p>"));
  EXPECT_EQ(count_of(section, "<article class=\"card\">"), 3U);
  EXPECT_THAT(section, HasSubstr("<b>7 accounts</b></span><span>70.0 %"));
  EXPECT_THAT(section, HasSubstr("<b>0 accounts</b></span><span>0.0 %"));
  EXPECT_LT(section.find("<h3>soft</h3>"), section.find("<h3>loud</h3>"));
}

TEST(Groupings, NothingIsToldThatTheResultsDoNotSay) {
  const ScratchFolder folder;
  UnsValue silent;
  silent["method"] = "dbscan";
  silent["names"] = Texts{"a", "b", "c"};
  silent["sizes"] = Numbers{2, 2, 2};
  const std::string section = grouping_section(folder, silent);
  EXPECT_THAT(section, HasSubstr("<dt>Labelled</dt><dd>6 posts</dd>"));  // the sum of the sizes
  for (const char* word : {"Unlabelled", "Inertia", "Iterations", "Starts", "k =", "equally near",
                           "role=\"note\"", "hashtag", "<ul class=\"photos\"", " by "}) {
    EXPECT_THAT(section, Not(HasSubstr(word)));
  }
}

TEST(Groupings, KMeansWithoutInertiaHasNoInertiaOfZero) {
  const ScratchFolder folder;
  UnsValue grouping;
  for (const char* name : {"method", "k", "names", "sizes"}) {
    grouping[name] = *sample_uns().find(std::string("clusterings/topics/") + name);
  }
  const std::string section = grouping_section(folder, grouping);
  EXPECT_THAT(section, HasSubstr("<dd>k-means, k = 4</dd>"));
  for (const char* word : {"Inertia", "Iterations", "Starts", "equally near"})
    EXPECT_THAT(section, Not(HasSubstr(word)));
}

TEST(Groupings, OneGroupThatHoldsMostIsToldOfEveryMethod) {
  const ScratchFolder folder;
  const std::string section = grouping_section(folder, tidal_grouping());
  // No largest_share stands in the results: it comes from the sizes.
  EXPECT_THAT(section, HasSubstr("<strong>One group holds 70.0 % of the labelled accounts.</strong>"));
  EXPECT_THAT(section, Not(HasSubstr("another k")));
}

TEST(Groupings, PostsThatCarryALabelOfOtherRowsAreCounted) {
  const ScratchFolder folder;
  H5adWriter writer(world(), folder.path() / "posts.h5ad", {0, 4}, 4, 0);
  ASSERT_TRUE(writer.obs_strings("_index", Texts{"a", "b", "c", "d"}));
  writer.obs_categorical("found", std::vector<std::int32_t>{2, 2, 0, -1}, Texts{"loud", "empty", "soft"});
  ASSERT_TRUE(writer.var_strings("_index", {}));
  UnsValue uns;
  uns["clusterings"]["found"] = tidal_grouping();
  writer.uns(uns);
  writer.publish();
  write_report(folder.path(), {});
  const std::string page = content(folder.path() / "report.html");
  EXPECT_THAT(page, HasSubstr("<b>7 accounts</b> in 2 posts"));
  EXPECT_THAT(page, HasSubstr("<b>3 accounts</b> in 1 post"));
  EXPECT_THAT(page, HasSubstr("<b>0 accounts</b> in 0 posts"));
}

TEST(Groupings, WithoutGroupsTheSectionSaysSo) {
  const ScratchFolder folder;
  UnsValue nothing = tidal_grouping();
  nothing["labelled"] = 0;
  nothing["names"] = Texts{};
  nothing["sizes"] = Numbers{};
  const std::string section = grouping_section(folder, nothing);
  EXPECT_THAT(section, HasSubstr("There is no group."));
  EXPECT_THAT(section, HasSubstr("<dd>tidal &lt;2&gt;, 0 groups</dd>"));
  EXPECT_THAT(section, HasSubstr("<dt>Reach</dt>"));
  for (const char* word : {"<article", "class=\"strip\"", "One group holds", "nan"})
    EXPECT_THAT(section, Not(HasSubstr(word)));
}

TEST(Groupings, OnlyKMeansShowsPhotosNearestToACentre) {
  const ScratchFolder folder;
  write_sample_folder(folder.path());
  Results results = read_results(folder.path(), {});
  EXPECT_EQ(tell_method(results.groupings[0]).photos, "Photos nearest to the centre of the group");
  results.groupings[0].method = "dbscan";
  EXPECT_EQ(tell_method(results.groupings[0]).photos, "Photos of the group");
}

TEST(Groupings, HashtagsOfAnotherNumberOfGroupsAreNotShown) {
  const ScratchFolder folder;
  UnsValue grouping = tidal_grouping();
  grouping["top_tags"] = UnsArray<std::string>({"a", "b", "c", "d", "e", "f"}, {2, 3});
  const std::string section = grouping_section(folder, grouping);
  EXPECT_THAT(section, Not(HasSubstr("<li>#")));
  EXPECT_EQ(count_of(section, "No hashtag stands out."), 3U);
}

TEST(Groupings, FactsWithoutValuesAreRefused) {
  const ScratchFolder folder;
  UnsValue grouping = tidal_grouping();
  grouping["facts"]["values"] = Texts{"0.25"};
  EXPECT_THROW(grouping_section(folder, grouping), InputError);
}

TEST(Groupings, FeatureSetsWithoutWordsOfTheirOwnAreNamed) {
  const auto lead = [](const char* rows, const char* of, const char* kind) {
    GroupingView grouping;
    grouping.rows = rows;
    grouping.facts["of"] = of;
    if (*kind != '\0') grouping.facts["of_kind"] = kind;
    return lead_of(grouping);
  };
  EXPECT_EQ(lead("posts", "tags", ""), "Groups of posts by their hashtags");
  EXPECT_EQ(lead("images", "image", "vgg"), "Groups of images by what they look like to the network");
  EXPECT_EQ(lead("posts", "captions", "tfidf"), "Groups of posts by their hashtags (feature set captions)");
  EXPECT_EQ(lead("accounts", "follows", "given"), "Groups of accounts by the feature set follows");
  EXPECT_EQ(lead("accounts", "", ""), "Groups of accounts");
}

TEST(Groupings, OneRowOfATableIsSingular) {
  EXPECT_EQ(one_of("posts"), "post");
  EXPECT_EQ(one_of("images"), "image");
  EXPECT_EQ(one_of("stories"), "story");
  EXPECT_EQ(one_of("press"), "press");
  EXPECT_EQ(one_of("people"), "people");
}

/// k groups of falling sizes.
UnsValue many_groups(std::int64_t k) {
  UnsValue grouping;
  Texts names;
  Texts tags;
  Numbers sizes;
  for (std::int64_t i = 0; i < k; ++i) {
    names.push_back("group_<" + std::to_string(i) + ">");
    sizes.push_back(2 * k - i);
    tags.push_back("tag" + std::to_string(i));
    tags.emplace_back("a&b");
  }
  grouping["method"] = "kmeans";
  grouping["names"] = names;
  grouping["sizes"] = sizes;
  grouping["top_tags"] = UnsArray<std::string>(std::move(tags), {k, 2});
  return grouping;
}

TEST(Groupings, OfAHundredGroupsAreCardsAlone) {
  const ScratchFolder folder;
  const std::string section = grouping_section(folder, many_groups(100));
  EXPECT_EQ(count_of(section, "<article class=\"card\">"), 100U);
  EXPECT_THAT(section, Not(HasSubstr("<details>")));
}

TEST(Groupings, OfMoreGroupsShowTheLargestAsCardsAndTheOthersAsRows) {
  const ScratchFolder folder;
  const std::string section = grouping_section(folder, many_groups(103));
  EXPECT_EQ(count_of(section, "<article class=\"card\">"), 100U);
  EXPECT_EQ(count_of(section, "<i class=\"c"), 200U) << "in the strip and in the cards";
  EXPECT_EQ(count_of(section, "<tr>"), 3U);
  // Sizes are 206, 205 ... 104, 15,965 together.
  EXPECT_THAT(section, HasSubstr("<summary>3 smaller groups, with 2.0 % of the labelled posts</summary>"));
  EXPECT_THAT(section,
              HasSubstr("<tr><th scope=\"row\">group_<wbr>&lt;102&gt;</th><td>104 posts</td><td>0.7 %</td>"
                        "<td>#tag102 #a&amp;b</td></tr>"));
  EXPECT_LT(section.find("tag99<"), section.find("<details>"));
  EXPECT_GT(section.find("tag100 "), section.find("<details>"));
}

TEST(Groupings, OfThousandsTakeAPageThatGrowsByARowEach) {
  const ScratchFolder folder;
  const auto bytes = [&](std::int64_t k) {
    return static_cast<double>(grouping_section(folder, many_groups(k)).size());
  };
  const double at_1000 = bytes(1000);
  const double at_4000 = bytes(4000);
  EXPECT_LT((at_4000 - at_1000) / 3000, 150.0) << "bytes for a group";
}

}  // namespace
}  // namespace shoal::testing
