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

TEST(NormaliseTag, LeavesOutWhatNobodySees) {
  for (const char* text :
       {"#\xE5\x86\x99\xE7\x9C\x9F\xE3\x80\x80", "\xEF\xBC\x83\xE5\x86\x99\xE7\x9C\x9F",
        "#\xE5\x86\x99\xE7\x9C\x9F\xE2\x80\x8B", "\xEF\xBB\xBF#\xE5\x86\x99\xE7\x9C\x9F\xC2\xA0"}) {
    EXPECT_EQ(normalise_tag(text), "\xE5\x86\x99\xE7\x9C\x9F") << text;
  }
  EXPECT_EQ(normalise_tag("#\xE2\x9D\xA4\xEF\xB8\x8F"), "\xE2\x9D\xA4");
  EXPECT_EQ(normalise_tag("#\xE2\x9D\xA4\xEF\xB8\x8Flove"), "\xE2\x9D\xA4love") << "also inside";
  EXPECT_FALSE(normalise_tag("#\xEF\xB8\x8F"));
}

TEST(NormaliseTag, KeepsJoinersInside) {
  const std::string family = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
  EXPECT_EQ(normalise_tag("#" + family), family);
  EXPECT_EQ(normalise_tag("\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE"), "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE")
      << "Persian";
}

}  // namespace
}  // namespace shoal
