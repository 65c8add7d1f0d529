// Profile JSON: what becomes a post, and what a quarantined record.
#include <gtest/gtest.h>

#include "readers.hpp"

namespace shoal {
namespace {

std::string post(const std::string& url, const std::string& more = "") {
  return R"({"url": "https://x/p/)" + url + R"(/", "tags": ["#Sea", "#sea"], "numberLikes": 3)" + more + "}";
}

std::string profile(const std::string& posts) {
  return R"({"alias": "someone", "username": null, "private": false, "posts": [)" + posts +
         "], \"videos\": []}";
}

std::int64_t records(const ReadResult& result) {
  return static_cast<std::int64_t>(result.posts.size()) + result.quarantined_records;
}

TEST(ProfileJson, ReadsEveryFieldThatIsKept) {
  const ReadResult result = read_posts(profile(
      R"({"url": "https://www.instagram.com/p/abc/", "urlImage": ["u1", "u2"], "isVideo": false,
          "multipleImage": true, "tags": ["#Caf\u00e9", "sun"], "mentions": ["@a", "@a", "@b"],
          "description": "two\nlines", "localization": null, "date": "2017-04-30T05:00:00.000Z",
          "numberLikes": 316731, "filename": ["first.jpg", "second.jpg"], "unknown": {"a": [1, {"b": 2}]}})"));
  ASSERT_EQ(result.posts.size(), 1u);
  EXPECT_TRUE(result.quarantined.empty());
  const Post& read = result.posts[0].post;
  EXPECT_EQ(read.shortcode, "abc");
  EXPECT_EQ(read.creator, "someone");
  EXPECT_EQ(read.caption, "two\nlines");
  EXPECT_EQ(read.tags, (std::vector<std::string>{"caf\xC3\xA9", "sun"}));
  EXPECT_EQ(read.mentions, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(read.media, MediaKind::album);
  EXPECT_EQ(read.likes.value, 316731);
  EXPECT_TRUE(read.likes.known());
  EXPECT_EQ(read.taken_at, 1493510400);
  EXPECT_EQ(read.taken_at_precision, TimePrecision::day);
  EXPECT_EQ(read.image, "first.jpg");
  EXPECT_FALSE(read.comments.known()) << "the source has no comment count";
}

TEST(ProfileJson, HiddenLikesAreMissingNotMinusOne) {
  const ReadResult result = read_posts(profile(R"({"numberLikes": -1},{"numberLikes": null},{})"));
  ASSERT_EQ(result.posts.size(), 3u);
  EXPECT_EQ(result.posts[0].post.likes.missing, Missing::hidden);
  EXPECT_EQ(result.posts[1].post.likes.missing, Missing::not_exported);
  EXPECT_EQ(result.posts[2].post.likes.missing, Missing::not_exported);
}

TEST(ProfileJson, CreatorIsFoundAlsoBehindThePosts) {
  const ReadResult result = read_posts(R"({"posts": [{}], "username": "late"})");
  ASSERT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.posts[0].post.creator, "late");
}

TEST(ProfileJson, AnImpossibleAccountNameIsAValueAndThePostsStay) {
  for (const std::string& name : {std::string(R"(a\u0000b)"), std::string("\xFF"), std::string(300, 'x')}) {
    const ReadResult result = read_posts("{\"username\": \"" + name + "\", \"posts\": [{}, {}]}");
    ASSERT_EQ(result.posts.size(), 2u);
    EXPECT_EQ(result.posts[0].post.creator, "");
    ASSERT_EQ(result.quarantined.size(), 1u);
    EXPECT_EQ(result.quarantined[0].kind, QuarantineKind::value);
  }
}

TEST(ProfileJson, ANameOfTheWrongTypeCostsTheNameAlone) {
  const ReadResult result = read_posts(R"({"username": 12345, "alias": "a", "posts": [{}, {}]})");
  ASSERT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.posts[0].post.creator, "a");
  EXPECT_EQ(result.quarantined.size(), 1u);
}

TEST(ProfileJson, WhatFollowsTheProfileIsNotLostSilently) {
  const ReadResult result = read_posts(profile(post("a")) + "\n" + profile(post("b") + "," + post("c")));
  EXPECT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(records(result), 2);
}

TEST(ProfileJson, ANonCharacterInSoundTextIsJustText) {
  EXPECT_EQ(read_posts(profile(post("a", ", \"description\": \"\xEF\xBF\xBE\""))).posts.size(), 1u);
}

TEST(ProfileJson, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(read_posts("\xEF\xBB\xBF" + profile(post("a"))).posts.size(), 1u);
}

TEST(ProfileJson, WrongTypesCostOneRecord) {
  const ReadResult result =
      read_posts(profile(post("a") + "," + R"({"tags": "sea"},{"numberLikes": "many"},7,)" +
                         R"({"isVideo": 1},{"tags": [1]},{"url": []},)" + post("b")));
  ASSERT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.posts[1].record, 7);
  EXPECT_EQ(result.posts[1].post.shortcode, "b");
  ASSERT_EQ(result.quarantined.size(), 6u);
  EXPECT_EQ(result.quarantined[0].reason, "the post's 'tags' is not a list");
  EXPECT_EQ(result.quarantined[0].record, 1);
}

TEST(ProfileJson, BrokenTextCostsOneRecord) {
  const ReadResult result =
      read_posts(profile(post("a") + "," + post("b", ", \"description\": \"\xFF\xFE\"") + "," + post("c")));
  ASSERT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.posts[1].post.shortcode, "c");
  ASSERT_EQ(result.quarantined.size(), 1u);
  EXPECT_EQ(result.quarantined[0].record, 1);
  EXPECT_EQ(result.quarantined[0].reason, "the post's text is not UTF-8");
}

TEST(ProfileJson, ACutFileKeepsItsCompletePostsAndCountsTheRestAsOne) {
  const std::string whole = profile(post("a") + "," + post("b") + "," + post("c"));
  const std::size_t end_of_posts = whole.find("], \"videos\"");
  std::size_t last_count = 0;
  for (std::size_t length = whole.find('[') + 1; length < whole.size(); ++length) {
    const ReadResult result = read_posts(std::string_view(whole).substr(0, length));
    std::size_t complete = 0;  // posts whose closing brace is inside
    for (const char* code : {"a", "b", "c"}) {
      const auto at = whole.find("/p/" + std::string(code));
      if (whole.find('}', at) < length) ++complete;
    }
    EXPECT_EQ(result.posts.size(), complete) << "cut at " << length;
    EXPECT_EQ(records(result), static_cast<std::int64_t>(complete) + 1) << "cut at " << length;
    const ReadResult with_newline = read_posts(whole.substr(0, length) + "\n");
    EXPECT_EQ(with_newline.posts.size(), complete) << "cut at " << length << ", then a line end";
    EXPECT_GE(result.posts.size(), last_count);
    last_count = result.posts.size();
  }
  EXPECT_LT(end_of_posts, whole.size());
  EXPECT_EQ(records(read_posts(whole)), 3);
}

TEST(ProfileJson, WhatIsNoProfileIsOneRecord) {
  for (const char* text : {"", "   ", "hello", "[1, 2]", "{}", R"({"username": "a"})", R"({"posts": 3})",
                           "{\"posts\": [}", "\xFF\xD8\xFF\xE0", "{"}) {
    const ReadResult result = read_posts(text);
    EXPECT_TRUE(result.posts.empty()) << text;
    EXPECT_EQ(records(result), 1) << text;
    ASSERT_FALSE(result.quarantined.empty());
    EXPECT_GT(result.quarantined[0].reason.size(), 15u)
        << "a sentence, not: " << result.quarantined[0].reason;
  }
}

TEST(ProfileJson, MillionsOfBadRecordsAreCountedWithoutARowEach) {
  std::string posts = "1";
  for (int i = 1; i < 50000; ++i) posts += ",1";
  const ReadResult result = read_posts(profile(posts));
  EXPECT_EQ(result.quarantined_records, 50000);
  EXPECT_LT(result.quarantined.size(), 10002u);
}

TEST(ProfileJson, DeepNestingIsHarmless) {
  const std::string deep =
      "{\"posts\": [{\"x\": " + std::string(200000, '[') + std::string(200000, ']') + "}]}";
  EXPECT_LE(records(read_posts(deep)), 2);
}

}  // namespace
}  // namespace shoal
