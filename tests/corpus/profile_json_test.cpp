// Profile JSON: what becomes a post, and what a quarantined record.
#include <gtest/gtest.h>

#include "readers.hpp"

namespace shoal {
namespace {

using namespace std::string_literals;

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
  const ReadResult result = read_posts(R"({"posts": [{}], "alias": "late"})");
  ASSERT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.posts[0].post.creator, "late");
}

TEST(ProfileJson, AnImpossibleAccountNameIsAValueAndThePostsStay) {
  for (const std::string& name : {std::string(R"(a\u0000b)"), std::string("\xFF"), std::string(300, 'x')}) {
    const ReadResult result = read_posts("{\"alias\": \"" + name + "\", \"posts\": [{}, {}]}");
    ASSERT_EQ(result.posts.size(), 2u);
    EXPECT_EQ(result.posts[0].post.creator, "");
    ASSERT_EQ(result.quarantined.size(), 1u);
    EXPECT_EQ(result.quarantined[0].kind, QuarantineKind::value);
  }
}

TEST(ProfileJson, ANameThatIsNoTextCostsTheNameAlone) {
  const ReadResult result = read_posts(R"({"username": {"a": 1}, "alias": "a", "posts": [{}, {}]})");
  ASSERT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.posts[0].post.creator, "a");
  EXPECT_EQ(result.posts[0].post.creator_name, "");
  ASSERT_EQ(result.quarantined.size(), 1u);
  EXPECT_EQ(result.quarantined[0].reason, "the profile's 'username' is an object");
}

TEST(ProfileJson, TheAccountIsItsHandleInLowerCaseOrTheLastPartOfItsAddress) {
  const auto creator = [](const std::string& fields) {
    const ReadResult result = read_posts("{" + fields + R"(, "username": "Anna B.", "posts": [{}]})");
    EXPECT_EQ(result.posts.at(0).post.creator_name, "Anna B.");
    return result.posts.at(0).post.creator;
  };
  EXPECT_EQ(creator(R"("alias": " Anna.B ")"), "anna.b");
  EXPECT_EQ(creator(R"("urlProfile": "https://www.instagram.com/Anna_B/?hl=en")"), "anna_b");
  EXPECT_EQ(creator(R"("alias": "anna.b", "urlProfile": "https://www.instagram.com/other/")"), "anna.b");
  EXPECT_EQ(creator(R"("alias": "\u0000", "urlProfile": "https://www.instagram.com/anna_b/")"), "anna_b");
  EXPECT_EQ(creator(R"("alias": null)"), "") << "a display name tells nobody apart";
}

TEST(ProfileJson, AHandleThatIsWrittenAsAnAddressIsTheHandleInIt) {
  const ReadResult result = read_posts(
      R"({"alias": "https://www.instagram.com/AnnaUrl/", "posts": [{"mentions":
          ["https://www.instagram.com/bruno/", "@carla", "https://www.instagram.com/p/ABC/"]}]})");
  ASSERT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.posts[0].post.creator, "annaurl");
  EXPECT_EQ(result.posts[0].post.mentions, (std::vector<std::string>{"bruno", "carla"}));
  ASSERT_EQ(result.quarantined.size(), 1u);
  EXPECT_EQ(result.quarantined[0].reason,
            "the mention 'https://www.instagram.com/p/abc/' holds a slash, which no handle does");
  const ReadResult none = read_posts(
      R"({"alias": "https://www.instagram.com/explore/", "urlProfile": "https://x/anna", "posts": [{}]})");
  EXPECT_EQ(none.posts.at(0).post.creator, "anna");
  EXPECT_EQ(none.quarantined.size(), 1u);
}

TEST(ProfileJson, ADisplayNameWithoutAHandleIsSaid) {
  const ReadResult result = read_posts(R"({"username": "Anna", "posts": [{}]})");
  EXPECT_TRUE(result.accounts().empty());
  ASSERT_EQ(result.quarantined.size(), 1u);
  EXPECT_EQ(result.quarantined[0].kind, QuarantineKind::value);
}

TEST(ProfileJson, WhatFollowsTheProfileIsNotLostSilently) {
  const ReadResult result = read_posts(profile(post("a")) + "\n" + profile(post("b") + "," + post("c")));
  EXPECT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(records(result), 2);
}

TEST(ProfileJson, WhatFollowsTheProfileIsOneRecord) {
  for (const std::string& behind : {"abc"s, ","s, "]"s, "\""s, "}"s, "\0\0\0\0"s, "{\"posts\": [{"s}) {
    const ReadResult result = read_posts(profile(post("a")) + behind);
    EXPECT_EQ(result.posts.size(), 1u) << behind;
    ASSERT_EQ(result.quarantined.size(), 1u) << behind;
    EXPECT_TRUE(result.quarantined[0].reason.starts_with("something follows the profile")) << behind;
  }
}

TEST(ProfileJson, APostThatCannotBeReadIsNotCalledComplete) {
  const ReadResult result = read_posts(R"({"posts": [{"url": "a",},{},{"url")");
  ASSERT_FALSE(result.quarantined.empty());
  EXPECT_EQ(result.quarantined.back().reason, "the file breaks off after 2 elements of its list of posts");
}

TEST(ProfileJson, ANonCharacterInSoundTextIsJustText) {
  EXPECT_EQ(read_posts(profile(post("a", ", \"description\": \"\xEF\xBF\xBE\""))).posts.size(), 1u);
}

TEST(ProfileJson, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(read_posts("\xEF\xBB\xBF" + profile(post("a"))).posts.size(), 1u);
}

TEST(ProfileJson, OnlyAnElementThatIsNoObjectCostsARecord) {
  const ReadResult result = read_posts(profile(post("a") + R"(,7,null,"x",[1],)" + post("b")));
  ASSERT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.posts[1].record, 5);
  EXPECT_EQ(result.posts[1].post.shortcode, "b");
  EXPECT_EQ(result.quarantined_records, 4);
  EXPECT_EQ(result.quarantined[0].reason, "the post is not an object");
}

TEST(ProfileJson, AValueThatCannotBeUsedCostsItselfAlone) {
  const std::string deep = std::string(3000, '[') + std::string(3000, ']');
  for (const std::string& field : {R"("tags": "sea")"s,
                                   R"("tags": [true, {"a": 1}])"s,
                                   R"("tags": {"a": "b"})"s,
                                   R"("mentions": 3)"s,
                                   R"("numberLikes": "many")"s,
                                   R"("numberLikes": 1.5)"s,
                                   R"("numberLikes": true)"s,
                                   R"("numberLikes": Infinity)"s,
                                   R"("numberLikes": 99999999999999999999)"s,
                                   R"("isVideo": 2)"s,
                                   R"("multipleImage": "perhaps")"s,
                                   R"("url": ["a", "b"])"s,
                                   R"("date": {"$date": 1})"s,
                                   R"("date": "soon")"s,
                                   R"("description": true)"s,
                                   R"("description": "a \x41")"s,
                                   R"("filename": {"a": 1})"s,
                                   R"("filename": [["a.jpg"]])"s,
                                   "\"tags\": " + deep,
                                   "\"description\": \"\xFF\""s}) {
    const ReadResult result = read_posts(
        profile("{" + field + R"(, "localization": "kept"},)" + post("b", ", \"description\": \"kept\"")));
    ASSERT_EQ(result.posts.size(), 2u) << field;
    EXPECT_EQ(result.quarantined_records, 0) << field;
    ASSERT_GE(result.quarantined.size(), 1u) << field;
    EXPECT_EQ(result.quarantined[0].kind, QuarantineKind::value) << field;
    EXPECT_EQ(result.quarantined[0].record, 0) << field;
    EXPECT_GT(result.quarantined[0].reason.size(), 15u) << field;
    EXPECT_EQ(result.posts[1].post.caption, "kept") << field;
  }
}

TEST(ProfileJson, WhatIsUnusableInAListLeavesTheRestOfIt) {
  const ReadResult result =
      read_posts(profile("{\"tags\": [\"a\", null, NaN, 2017, {\"x\": [1]}, \"\xFF\", \"b\"], \"filename\": "
                         "[null, \"b.jpg\"]}"));
  ASSERT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.posts[0].post.tags, (std::vector<std::string>{"a", "2017", "b"}));
  EXPECT_EQ(result.posts[0].post.image, "b.jpg");
  ASSERT_EQ(result.quarantined.size(), 2u);
  EXPECT_EQ(result.quarantined[0].reason, "the post's 'tags' holds a value that is an object");
  EXPECT_EQ(result.quarantined[1].reason, "the post's 'tags' holds a value that is not UTF-8");
}

TEST(ProfileJson, WaysToWriteNothingAreNothing) {
  for (const char* nothing : {"null", "NaN", "None", "undefined", "[]", "[null]", "\"\""}) {
    std::string fields;
    for (const char* name : {"url", "urlImage", "isVideo", "multipleImage", "tags", "mentions", "description",
                             "date", "numberLikes", "filename"}) {
      fields += (fields.empty() ? "\"" : ",\"") + std::string(name) + "\": " + nothing;
    }
    const ReadResult result = read_posts(profile("{" + fields + "}"));
    ASSERT_EQ(result.posts.size(), 1u) << nothing;
    EXPECT_TRUE(result.quarantined.empty()) << nothing << ": " << result.quarantined[0].reason;
    EXPECT_EQ(result.posts[0].post.likes.missing, Missing::not_exported) << nothing;
    EXPECT_EQ(result.posts[0].post.caption, "") << nothing;
  }
}

TEST(ProfileJson, WordsForNothingAreNothingWhereANameAnAddressOrADateIsMeant) {
  for (const std::string& word : {"nan"s, "None"s, "NaT"s, "null"s, "<NA>"s}) {
    const std::string text = "\"" + word + "\"";
    const ReadResult result =
        read_posts("{\"alias\": " + text + ", \"urlProfile\": " + text + ", \"username\": " + text +
                   ", \"posts\": [{\"url\": " + text + ", \"date\": " + text + ", \"filename\": [" + text +
                   "], \"numberLikes\": " + text + "}, {\"filename\": " + text +
                   ", \"description\": " + text + ", \"tags\": [" + text + "]}]}");
    ASSERT_EQ(result.posts.size(), 2u) << word;
    EXPECT_TRUE(result.quarantined.empty()) << word << ": " << result.quarantined[0].reason;
    for (const ReadPost& read : result.posts) {
      EXPECT_EQ(read.post.creator + read.post.creator_name + read.post.image, "") << word;
    }
    EXPECT_EQ(result.posts[1].post.caption, word) << "a caption may say so";
    EXPECT_EQ(result.posts[1].post.tags.size(), 1u) << "and a tag";
  }
}

TEST(ProfileJson, PythonsTruthIsTruth) {
  const ReadResult result =
      read_posts(profile(R"({"isVideo": True},{"isVideo": False, "multipleImage": True})"));
  ASSERT_EQ(result.posts.size(), 2u);
  EXPECT_TRUE(result.quarantined.empty());
  EXPECT_EQ(result.posts[0].post.media, MediaKind::video);
  EXPECT_EQ(result.posts[1].post.media, MediaKind::album);
}

TEST(ProfileJson, NumbersAreReadAsPeopleWriteThem) {
  const ReadResult result = read_posts(
      profile(R"({"numberLikes": "1,234"},{"numberLikes": 1e3},{"numberLikes": 492.0},{"isVideo": 1},)"
              R"({"isVideo": "True"},{"numberLikes": "-1"},{"description": 2017})"));
  ASSERT_EQ(result.posts.size(), 7u);
  EXPECT_TRUE(result.quarantined.empty());
  EXPECT_EQ(result.posts[0].post.likes.value, 1234);
  EXPECT_EQ(result.posts[1].post.likes.value, 1000);
  EXPECT_EQ(result.posts[2].post.likes.value, 492);
  EXPECT_EQ(result.posts[3].post.media, MediaKind::video);
  EXPECT_EQ(result.posts[4].post.media, MediaKind::video);
  EXPECT_EQ(result.posts[5].post.likes.missing, Missing::hidden);
  EXPECT_EQ(result.posts[6].post.caption, "2017");
}

TEST(ProfileJson, LineEndsInsideATextAreText) {
  const ReadResult result =
      read_posts("{\"alias\": \"a\",\n \"posts\": [\n{\"description\": \"one\ntwo\t\\\n\"},\n {}]}");
  ASSERT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.posts[0].post.creator, "a");
  EXPECT_TRUE(result.posts[0].post.caption.starts_with("one\ntwo\t")) << result.posts[0].post.caption;
}

TEST(ProfileJson, APostThatIsNotJsonIsOneRecord) {
  const ReadResult result = read_posts(profile(post("a") + R"(,{"url" "x"},)" + post("b")));
  EXPECT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.quarantined_records, 1);
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
