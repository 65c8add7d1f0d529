// What igramscraper prints, and the climate study's JSON of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read_text.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;
using testing::format_of;
using testing::read_text;
using testing::reasons;

std::string block(const std::string& id, const std::string& caption, const std::string& indent = "") {
  std::string text = "\n" + indent + "Media Info:\n";
  text += indent + "'Id: " + id + "\n" + indent + "Shortcode: " + "C" + id + "\n";
  text += indent + "Created at: 1574985600\n" + indent + "Caption: " + caption + "\n";
  text += indent + "Number of comments: 0\n" + indent + "Number of likes: 12\n";
  text += indent + "Link: https://www.instagram.com/p/C" + id + "/\n";
  text += indent + "Hig res image: https://x/v/" + id + ".jpg?a=1\n" + indent + "Media type: image\n";
  return text + "\nAccount info:\nId 99\n--------------------------------------------------\n";
}

TEST(IgramscraperText, ReadsPostsWithIndentedAndPlainHeaders) {
  const std::string text =
      block("1", "Hi #sun") + block("2", "None") + block("3", "one\n  two\n\n#sea", "        ");
  ASSERT_EQ(format_of(text), "igramscraper text");
  const ReadResult result = read_text(text);
  ASSERT_EQ(result.posts.size(), 3u) << ::testing::PrintToString(reasons(result));
  EXPECT_THAT(reasons(result), ElementsAre());
  const Post& first = result.posts[0].post;
  EXPECT_EQ(first.shortcode, "C1");
  EXPECT_EQ(first.creator, "id:99");
  EXPECT_EQ(first.taken_at, 1574985600);
  EXPECT_EQ(first.taken_at_precision, TimePrecision::second);
  EXPECT_EQ(first.likes.value, 12);
  EXPECT_EQ(first.comments.missing, Missing::parser_bug) << "the program always prints 0";
  EXPECT_EQ(first.image, "1.jpg");
  EXPECT_EQ(result.posts[1].post.caption, "");
  EXPECT_EQ(result.posts[2].post.caption, "one\n  two\n\n#sea");
}

TEST(IgramscraperText, ACaptionEndsAtTheLastPairOfCounts) {
  const std::string caption = "look:\nNumber of comments: 5\nNumber of likes: 7\nLink: x\n----------";
  const ReadResult result = read_text(block("1", caption) + block("2", "Caption: None"));
  ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.caption, caption);
  EXPECT_EQ(result.posts[0].post.likes.value, 12);
  EXPECT_EQ(result.posts[1].post.caption, "Caption: None");
}

TEST(IgramscraperText, SpacesThatTheProgramTookFromAllLinesAreGivenBack) {
  const ReadResult result = read_text(block("1", "Hi\none\n\n  two", "       "));
  EXPECT_EQ(result.posts.at(0).post.caption, "Hi\n one\n\n   two");
}

TEST(IgramscraperText, ACarriageReturnIsTheCaptionsUnlessAllLinesEndInOne) {
  std::string text = block("1", "one\r\ntwo");
  EXPECT_EQ(read_text(text).posts.at(0).post.caption, "one\r\ntwo");
  text = block("1", "one\ntwo");
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 2)) text.insert(at, "\r");
  EXPECT_EQ(read_text(text).posts.at(0).post.caption, "one\ntwo");
}

TEST(IgramscraperText, APostThatBreaksOffIsQuarantinedAndNoOther) {
  const std::string whole = block("1", "a") + block("2", "b");
  for (std::size_t length = block("1", "a").size() + 30; length < whole.size(); ++length) {
    const ReadResult result = read_text(std::string_view(whole).substr(0, length));
    ASSERT_GE(result.posts.size(), 1u) << length;
    EXPECT_EQ(result.posts[0].post.shortcode, "C1");
    EXPECT_EQ(static_cast<std::int64_t>(result.posts.size()) + result.quarantined_records, 2) << length;
  }
}

TEST(IgramscraperText, WhatStandsBeforeTheFirstPostIsToldOnce) {
  EXPECT_THAT(reasons(read_text("Sleeping 1.5 s\nlogged in\n" + block("1", "a"))),
              ElementsAre("what stands before the first post is not read"));
}

TEST(IgramscraperJson, ReadsTheStudysList) {
  const ReadResult result = read_text(
      R"({"media_metadata": [{"media_id": 1256645293871823712, "shortcode": "BFwgDyd5Xtg", "timestamp": 1574985600,
          "caption": "Hi #sun\n", "hashtags": ["sun"], "num_comments": 0, "num_likes": 3, "account_id": 99,
          "post_link": "https://www.instagram.com/p/BFwgDyd5Xtg/", "media_link": "https://x/a.jpg?x=1",
          "media_type": "sidecar"}]})");
  ASSERT_EQ(result.posts.size(), 1u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.caption, "Hi #sun");
  EXPECT_EQ(result.posts[0].post.comments.missing, Missing::parser_bug);
  EXPECT_EQ(result.posts[0].post.creator, "id:99");
  EXPECT_EQ(result.posts[0].post.media, MediaKind::album);
}

}  // namespace
}  // namespace shoal
