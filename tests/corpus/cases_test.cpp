// Small files of kinds that real people have, and what is right to make of them (cases/README.md).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "readers.hpp"

namespace shoal {
namespace {

ReadResult read_case(const std::string& name) {
  const auto path = std::filesystem::path(SHOAL_TEST_DIR) / "cases" / name;
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return read_posts(text.str());
}

TEST(Cases, AnAccountIsItsHandleWhateverItCallsItself) {
  const ReadResult one = read_case("display_names/anna.k_01.json");
  const ReadResult other = read_case("display_names/anna_berg.json");
  ASSERT_EQ(one.posts.size() + other.posts.size(), 2U);
  EXPECT_EQ(one.posts[0].post.creator, "anna.k_01");
  EXPECT_EQ(other.posts[0].post.creator, "anna_berg");
  EXPECT_EQ(one.posts[0].post.creator_name, "Anna");
  EXPECT_EQ(other.posts[0].post.creator_name, "Anna");
}

TEST(Cases, NumbersMayBeTextAndAnEmptyListIsNoCaption) {
  const ReadResult result = read_case("likes_text_and_description_list.json");
  ASSERT_EQ(result.posts.size(), 4U);
  std::vector<std::int64_t> likes;
  for (const ReadPost& read : result.posts) likes.push_back(read.post.likes.value);
  EXPECT_EQ(likes, (std::vector<std::int64_t>{44, 1, 1234, 492}));
  EXPECT_EQ(result.posts[1].post.caption, "");
  EXPECT_TRUE(result.quarantined.empty());
}

TEST(Cases, WhatPandasWritesLosesNoPost) {
  for (const char* name : {"pandas_float_likes.json", "pandas_nan_likes.json"}) {
    const ReadResult result = read_case(name);
    ASSERT_EQ(result.posts.size(), 6U) << name;
    EXPECT_TRUE(result.quarantined.empty()) << name;
    EXPECT_EQ(result.posts[1].post.likes.value, 1) << name;
    EXPECT_EQ(result.posts[2].post.likes.missing, Missing::not_exported) << name;
    EXPECT_EQ(result.posts[2].post.tags, (std::vector<std::string>{"a", "b2"})) << name;
  }
}

TEST(Cases, ALoneSurrogateIsAReplacementCharacter) {
  const ReadResult result = read_case("lone_surrogate.json");
  ASSERT_EQ(result.posts.size(), 2U);
  EXPECT_EQ(result.posts[0].post.caption, "cut here \xEF\xBF\xBD");
  EXPECT_EQ(result.posts[1].post.tags, (std::vector<std::string>{"ok", "cut\xEF\xBF\xBD"}));
}

TEST(Cases, ADateIsTheDayInUtcAndTextBehindItIsNone) {
  const ReadResult result = read_case("date_offset.json");
  ASSERT_EQ(result.posts.size(), 3U);
  EXPECT_EQ(result.posts[0].post.taken_at, 1493596800) << "2017-05-01";
  EXPECT_EQ(result.posts[1].post.taken_at, 1493510400) << "2017-04-30";
  EXPECT_EQ(result.posts[2].post.taken_at_precision, TimePrecision::none);
  ASSERT_EQ(result.quarantined.size(), 1U);
  EXPECT_EQ(result.quarantined[0].kind, QuarantineKind::value);
  EXPECT_EQ(result.quarantined[0].record, 2);
}

TEST(Cases, AReelHasOneCodeInAllItsAddresses) {
  const ReadResult result = read_case("reels_url.json");
  ASSERT_EQ(result.posts.size(), 2U);
  for (const ReadPost& read : result.posts) EXPECT_EQ(read.post.shortcode, "C000000002");
}

TEST(Cases, WhatNobodySeesTellsNoTagsApart) {
  const ReadResult result = read_case("invisible_in_tags.json");
  ASSERT_EQ(result.posts.size(), 2U);
  EXPECT_EQ(result.posts[0].post.tags, std::vector<std::string>{"\xE5\x86\x99\xE7\x9C\x9F"});
  EXPECT_EQ(result.posts[1].post.tags, std::vector<std::string>{"\xE2\x9D\xA4"});
}

TEST(Cases, ControlCharactersReachNoValueAndNoSentence) {
  const ReadResult result = read_case("zero_byte_and_escape_in_values.json");
  ASSERT_EQ(result.posts.size(), 2U);
  EXPECT_EQ(result.posts[0].post.tags, std::vector<std::string>{"c"});
  ASSERT_EQ(result.quarantined.size(), 2U);
  for (const QuarantineRow& row : result.quarantined) {
    EXPECT_EQ(row.kind, QuarantineKind::value);
    for (const char c : row.reason) EXPECT_GE(static_cast<unsigned char>(c), 0x20U) << row.reason;
  }
}

}  // namespace
}  // namespace shoal
