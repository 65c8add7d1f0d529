// Tags of 13,005 real captions beside those that a scraper found in them, by the expression #([A-Za-z0-9_]+).
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "shoal/text/ascii.hpp"
#include "shoal/text/caption_tags.hpp"
#include "support/real_data.hpp"

namespace shoal {
namespace {

using Words = std::set<std::string>;

struct RealPost {
  std::string caption;
  Words scraped;
};

std::vector<RealPost> real_posts(const std::filesystem::path& profiles) {
  std::vector<RealPost> posts;
  simdjson::dom::parser parser;
  for (const auto& file : std::filesystem::directory_iterator(profiles)) {
    for (const simdjson::dom::element post : parser.load(file.path().string())["posts"].get_array()) {
      RealPost& read = posts.emplace_back();
      read.caption = std::string_view(post["description"]);
      for (const simdjson::dom::element tag : post["tags"].get_array())
        read.scraped.emplace(std::string_view(tag).substr(1));
    }
  }
  return posts;
}

/// What the scraper's expression takes of tags.
Words beginnings_in_ascii(const Words& tags) {
  Words beginnings;
  for (const std::string& tag : tags)
    beginnings.emplace(tag.begin(), std::ranges::find_if_not(tag, is_ascii_word));
  beginnings.erase("");
  return beginnings;
}

using RealCaptions = testing::WithRealData;

TEST_F(RealCaptions, HaveTheScrapersTagsButForWhatItCutLostOrTookFromAddresses) {
  const std::vector<RealPost> posts = real_posts(posts_2017() / "profiles");
  int alike = 0;
  int cut_or_lost = 0;
  int from_addresses = 0;
  for (const RealPost& post : posts) {
    const std::vector<std::string> found = hashtags_in(post.caption);
    const Words tags(found.begin(), found.end());
    if (tags == post.scraped) {
      ++alike;
    } else if (beginnings_in_ascii(tags) == post.scraped) {
      ++cut_or_lost;
    } else {
      ++from_addresses;
      EXPECT_NE(post.caption.find("&gws_rd=ssl#gws_rd=ssl"), std::string::npos) << post.caption;
    }
  }
  EXPECT_EQ(posts.size(), 13'005U);
  EXPECT_EQ(alike, 12'502);
  EXPECT_EQ(cut_or_lost, 501) << "letters beyond ASCII, or emoji";
  EXPECT_EQ(from_addresses, 2);
}

}  // namespace
}  // namespace shoal
