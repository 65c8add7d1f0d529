// The rules that all formats share.
#include "post_fields.hpp"

#include <gtest/gtest.h>

#include "shoal/text/tags.hpp"

namespace shoal {
namespace {

TEST(ShortcodeOf, FindsTheCodeInEveryKindOfAddress) {
  EXPECT_EQ(shortcode_of("https://www.instagram.com/p/19a8/"), "19a8");
  EXPECT_EQ(shortcode_of("https://instagram.com/reel/Cx_-1?utm=2"), "Cx_-1");
  EXPECT_EQ(shortcode_of("https://www.instagram.com/someone/"), "");
}

TEST(DayOf, KnowsTheCalendar) {
  EXPECT_EQ(day_of("1970-01-02"), 86400);
  EXPECT_EQ(day_of("2016-02-29T05:00:00.000Z"), 1456704000);
  EXPECT_FALSE(day_of("2017-02-29"));
  EXPECT_FALSE(day_of("yesterday"));
  EXPECT_FALSE(day_of("2017-13-01"));
  EXPECT_FALSE(day_of("-201-04-30"));
  EXPECT_FALSE(day_of("0000-04-30"));
}

TEST(ImageName, MustStayInItsFolder) {
  EXPECT_EQ(image_name_fault("a/b..jpg"), "");
  EXPECT_NE(image_name_fault("../a.jpg"), "");
  EXPECT_NE(image_name_fault("a/../../b"), "");
  EXPECT_NE(image_name_fault("a/.."), "");
  EXPECT_NE(image_name_fault("/etc/passwd"), "");
  EXPECT_NE(image_name_fault(std::string_view("a\0b", 3)), "");
}

TEST(PostFromFields, ABadValueIsQuarantinedAndItsPostStays) {
  ReadResult result;
  PostFields fields;
  fields.tags = {"#ok", "#" + std::string(kLongestTag + 1, 'a'), "#", std::string(kLongestTag, 'b'),
                 std::string("a\0b", 3)};
  fields.url = "https://x/p/" + std::string(100, 'c');
  fields.image = "../secret.jpg";
  fields.date = "never";
  const Post post = post_from_fields(fields, 4, result);
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

TEST(AccountName, OneThatCannotBeIsQuarantinedAsAValue) {
  ReadResult result;
  EXPECT_EQ(usable_account_name("anna", 3, result), "anna");
  EXPECT_TRUE(result.quarantined.empty());
  EXPECT_EQ(usable_account_name(std::string(256, 'x'), 3, result), "");
  EXPECT_EQ(usable_account_name(std::string_view("a\0b", 3), 3, result), "");
  ASSERT_EQ(result.quarantined.size(), 2u);
  EXPECT_EQ(result.quarantined[1].kind, QuarantineKind::value);
  EXPECT_EQ(result.quarantined[1].reason, "the account's name holds a zero byte");
}

TEST(PostFromFields, OneFileHasOneName) {
  ReadResult result;
  PostFields fields;
  fields.image = "./sub//a.jpg";
  EXPECT_EQ(post_from_fields(std::move(fields), 0, result).image, "sub/a.jpg");
}

TEST(PostFromFields, ManyTagsTakeTimeInProportion) {
  ReadResult result;
  PostFields fields;
  for (int i = 0; i < 300000; ++i) fields.tags.push_back("tag" + std::to_string(i));
  EXPECT_EQ(post_from_fields(std::move(fields), 0, result).tags.size(), 300000u);
}

}  // namespace
}  // namespace shoal
