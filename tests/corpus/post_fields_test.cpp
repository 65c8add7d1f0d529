// The rules that all formats share.
#include "post_fields.hpp"

#include <gtest/gtest.h>

#include "shoal/text/tags.hpp"

namespace shoal {
namespace {

TEST(ImageName, MustStayInItsFolder) {
  EXPECT_EQ(image_name_fault("a/b..jpg"), "");
  EXPECT_NE(image_name_fault("../a.jpg"), "");
  EXPECT_NE(image_name_fault("a/../../b"), "");
  EXPECT_NE(image_name_fault("a/.."), "");
  EXPECT_NE(image_name_fault("/etc/passwd"), "");
  EXPECT_EQ(image_name_fault("C:\\Users\\anna\\c.jpg"), "is an absolute path");
  EXPECT_EQ(image_name_fault("c:/c.jpg"), "is an absolute path");
  EXPECT_EQ(image_name_fault("\\\\server\\c.jpg"), "is an absolute path");
  EXPECT_EQ(image_name_fault("pics\\d.jpg"), "");
  EXPECT_EQ(image_name_fault("1:/d.jpg"), "");
  EXPECT_NE(image_name_fault("a\\..\\..\\b"), "");
  EXPECT_NE(image_name_fault(std::string_view("a\0b", 3)), "");
}

TEST(PostFromFields, ABadValueIsQuarantinedAndItsPostStays) {
  ReadResult result;
  PostFields fields;
  fields.tags = {"#ok", "#" + std::string(kLongestTag + 1, 'a'), "#", std::string(kLongestTag, 'b'),
                 std::string("a\0b", 3)};
  fields.url = "https://x/p/" + std::string(100, 'c');
  fields.images = {"../secret.jpg"};
  fields.time.text = "never";
  const Post post = post_from_fields(fields, 4, {}, result);
  EXPECT_EQ(post.tags, (std::vector<std::string>{"ok", std::string(kLongestTag, 'b')}));
  EXPECT_EQ(post.image, "");
  EXPECT_EQ(post.taken_at_precision, TimePrecision::none);
  EXPECT_EQ(post.shortcode, "");
  ASSERT_EQ(result.quarantined.size(), 5u);
  for (const QuarantineRow& row : result.quarantined) {
    EXPECT_EQ(row.kind, QuarantineKind::value);
    EXPECT_EQ(row.record, 4);
  }
}

TEST(PostFromFields, AMentionIsAHandleInItsOneSpelling) {
  ReadResult result;
  PostFields fields;
  fields.mentions = {"@Anna.K", "anna.k", " @anna.k\xE2\x80\x8B", "@", "b\x1B[31m"};
  EXPECT_EQ(post_from_fields(std::move(fields), 0, {}, result).mentions, std::vector<std::string>{"anna.k"});
  ASSERT_EQ(result.quarantined.size(), 1u);
  EXPECT_EQ(result.quarantined[0].reason, "the mention 'b\\x1b[31m' holds a control character");
}

TEST(PostFromFields, ATimeThatCannotWellBeIsMarkedAndKept) {
  ReadResult result;
  const auto post_of = [&](const std::string& date, std::optional<std::int64_t> collected_at) {
    PostFields fields;
    fields.time.text = date;
    fields.collected_at = collected_at;
    return post_from_fields(std::move(fields), 0, {}, result);
  };
  EXPECT_FALSE(post_of("2017-04-30", {}).taken_at_doubtful);
  EXPECT_TRUE(post_of("1970-01-01T00:00:00Z", {}).taken_at_doubtful);
  EXPECT_EQ(post_of("1970-01-01", {}).taken_at_precision, TimePrecision::day);
  const std::int64_t collected = 1493510400 + 3600;  // 2017-04-30, 01:00
  EXPECT_FALSE(post_of("2017-04-30T23:00:00Z", collected).taken_at_doubtful) << "the day is what is known";
  EXPECT_TRUE(post_of("2017-05-01", collected).taken_at_doubtful);
  EXPECT_FALSE(post_of("", collected).taken_at_doubtful);
  EXPECT_TRUE(result.quarantined.empty());
}

TEST(PostFromFields, ADateBeforeThePlatformsIsNone) {
  ReadResult result;
  PostFields fields;
  fields.time.text = "0001-01-01T00:00:00Z";
  EXPECT_EQ(post_from_fields(std::move(fields), 0, {}, result).taken_at_precision, TimePrecision::none);
  ASSERT_EQ(result.quarantined.size(), 1u);
  EXPECT_EQ(result.quarantined[0].reason,
            "the date '0001-01-01T00:00:00Z' is before 1970, when no post was made");
}

TEST(PostFromFields, OneFileHasOneName) {
  ReadResult result;
  PostFields fields;
  fields.images = {"./sub//a.jpg"};
  EXPECT_EQ(post_from_fields(std::move(fields), 0, {}, result).image, "sub/a.jpg");
}

TEST(PostFromFields, ManyTagsTakeTimeInProportion) {
  ReadResult result;
  PostFields fields;
  for (int i = 0; i < 300000; ++i) fields.tags.push_back("tag" + std::to_string(i));
  EXPECT_EQ(post_from_fields(std::move(fields), 0, {}, result).tags.size(), 300000u);
}

TEST(PostFields, ZeroBytesInCaptionsAreReplacedAsResultsEndTextsThere) {
  ReadResult result;
  PostFields fields;
  fields.caption = std::string("a\0b\0", 4);
  EXPECT_EQ(post_from_fields(fields, 0, {}, result).caption,
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
  EXPECT_TRUE(result.quarantined.empty());
}

TEST(PostFields, APlaceIsTrimmedAndLeftOutWithControlCharacters) {
  ReadResult result;
  PostFields fields;
  fields.place = {" Big Sur ", 36.2, -121.8};
  EXPECT_EQ(post_from_fields(fields, 0, {}, result).place.name, "Big Sur");
  EXPECT_TRUE(result.quarantined.empty());
  fields.place.name = "Big\x1b[2J";
  const Post post = post_from_fields(fields, 1, {}, result);
  EXPECT_EQ(post.place.name, "");
  EXPECT_EQ(post.place.latitude, 36.2);
  EXPECT_EQ(result.quarantined.size(), 1u);
}

TEST(PostFields, NumbersOfPostsAndAccountsMayBeFloats) {
  ReadResult result;
  PostFields fields;
  fields.id = "2265122114760421255.0";
  const Post as_float = post_from_fields(fields, 0, {}, result);
  fields.id = "2265122114760421255";
  EXPECT_EQ(as_float.shortcode, post_from_fields(fields, 1, {}, result).shortcode);
  EXPECT_FALSE(as_float.shortcode.empty());
  fields.platform = "x";
  fields.id = "12.0";
  fields.author.id = "8.0";
  const Post elsewhere = post_from_fields(fields, 2, {}, result);
  EXPECT_EQ(elsewhere.id, "x:12");
  EXPECT_EQ(elsewhere.creator, "x:id:8");
  EXPECT_TRUE(result.quarantined.empty());
}

TEST(PostFields, ANumberWithoutItsLastDigitsIsNoIdOfAPostOrAnAccount) {
  for (const char* platform : {"instagram", "x"}) {
    for (const char* id : {"2.26512E+18", "2,265122114760421e+18"}) {
      ReadResult result;
      PostFields fields;
      fields.platform = platform;
      fields.id = id;
      fields.author.id = id;
      const Post post = post_from_fields(fields, 0, {}, result);
      EXPECT_EQ(post.id, "") << "one is made of file and record";
      EXPECT_EQ(post.shortcode, "");
      EXPECT_EQ(post.creator, "");
      ASSERT_EQ(result.quarantined.size(), 2U);
      const std::string why = "is a rounded number: the digits that tell it from others are lost";
      EXPECT_EQ(result.quarantined[0].kind, QuarantineKind::value);
      EXPECT_EQ(result.quarantined[0].reason, "the id '" + std::string(id) + "' " + why);
      EXPECT_EQ(result.quarantined[1].reason, "the account's number '" + std::string(id) + "' " + why);
    }
  }
}

TEST(PostFields, AMentionWithWhiteSpaceIsNoHandle) {
  ReadResult result;
  PostFields fields;
  fields.mentions = {"@m0", "@two words", "@x"};
  EXPECT_EQ(post_from_fields(fields, 0, {}, result).mentions, (std::vector<std::string>{"m0", "x"}));
  EXPECT_EQ(result.quarantined.size(), 1u);
}

}  // namespace
}  // namespace shoal
