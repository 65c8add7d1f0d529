// Characters: what is well-formed, visible, and alike.
#include "shoal/text/unicode.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Trimmed, TakesWhatNobodySeesOffTheEnds) {
  EXPECT_EQ(trimmed(" \t\xC2\xA0word\xE3\x80\x80\xE2\x80\x8B\xEF\xBB\xBF\r\n"), "word")
      << "U+00A0, U+3000, U+200B, U+FEFF";
  EXPECT_EQ(trimmed("two words"), "two words");
  EXPECT_EQ(trimmed("\xE2\x80\x8B"), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("\xFF a \xFF"), "\xFF a \xFF") << "broken bytes are not looked past";
  EXPECT_EQ(trimmed("@ @anna", U"@"), "anna");
  EXPECT_EQ(trimmed("anna@", U"@"), "anna@");
}

TEST(Trimmed, LeavesTheFlagsOfEnglandAndScotlandApart) {
  const std::string england = "\xF0\x9F\x8F\xB4\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xBF";
  EXPECT_EQ(trimmed(england), england);
}

TEST(HoldsControl, KnowsBothKinds) {
  EXPECT_TRUE(holds_control("a\nb"));
  EXPECT_TRUE(holds_control("a\xC2\x85"));
  EXPECT_FALSE(holds_control("caf\xC3\xA9 \xE2\x80\x8D"));
}

TEST(LowerCase, IsThatOfNoLanguage) {
  EXPECT_EQ(lower_case("Anna.K_01"), "anna.k_01");
  EXPECT_EQ(lower_case("\xC3\x84nne"), "\xC3\xA4nne");
  EXPECT_EQ(lower_case("I"), "i") << "also where the machine speaks Turkish";
}

TEST(Folded, IsEqualForOneNameInTwoCompositionsAndCases) {
  EXPECT_EQ(folded("CAFE\xCC\x81.JPG"), folded("caf\xC3\xA9.jpg"));
  EXPECT_NE(folded("cafe.jpg"), folded("caf\xC3\xA9.jpg"));
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
