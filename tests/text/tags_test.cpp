// What counts as the same tag.
#include "shoal/text/tags.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(NormaliseTag, FoldsCaseAndComposition) {
  EXPECT_EQ(normalise_tag("#LoveLife"), "lovelife");
  EXPECT_EQ(normalise_tag("CAFE\xCC\x81"), "caf\xC3\xA9") << "E + combining acute is é";
  EXPECT_EQ(normalise_tag("stra\xC3\x9F"
                          "e"),
            "strasse");
  EXPECT_EQ(normalise_tag("\xD0\x9C\xD0\x98\xD0\xA0"), "\xD0\xBC\xD0\xB8\xD1\x80") << "Cyrillic";
  EXPECT_EQ(normalise_tag(" #tag \n"), "tag");
}

TEST(NormaliseTag, GivesNothingForNothingAndForBrokenText) {
  EXPECT_FALSE(normalise_tag(""));
  EXPECT_FALSE(normalise_tag("#"));
  EXPECT_FALSE(normalise_tag(" # "));
  EXPECT_FALSE(normalise_tag("a\xFF"));
}

TEST(NormaliseTag, IsStable) {
  for (const char* text : {"\xC4\xB0stanbul", "\xE1\xBA\x9E", "\xEF\xAC\x81sh", "\xF0\x9F\x8C\x8E"}) {
    const auto once = normalise_tag(text);
    ASSERT_TRUE(once);
    EXPECT_EQ(normalise_tag(*once), once) << text;
  }
}

TEST(Utf8, RefusesWhatTheStandardRefuses) {
  EXPECT_TRUE(is_utf8("plain \xF0\x9F\x8C\x8E"));
  for (const char* text :
       {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xE2\x82", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

TEST(Utf8, RepairsOnlyTheBrokenBytes) {
  EXPECT_EQ(repair_utf8("a\xFF"
                        "b\xC3\xA9\xE2",
                        "?"),
            "a?b\xC3\xA9?");
}

}  // namespace
}  // namespace shoal
