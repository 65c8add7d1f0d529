// What pseudonyms hide does not stand in sentences of files.
#include "pipeline/engine/redaction.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Redaction, TakesOutWhatIsQuoted) {
  EXPECT_EQ(without_quotes("'/data/anna/1.json' cannot be read: Input/output error"),
            "'…' cannot be read: Input/output error");
  EXPECT_EQ(without_quotes("job 'mine' on 4 ranks"), "job '…' on 4 ranks");
  EXPECT_EQ(without_quotes("nothing is quoted"), "nothing is quoted");
}

TEST(Redaction, IsNotMisledByQuotesInNames) {
  EXPECT_EQ(without_quotes("'/data/o'brien' o'clock/it's.json' cannot be read"), "'…' cannot be read");
  EXPECT_EQ(without_quotes("the tag 'it's' has 300 bytes"), "the tag '…' has 300 bytes");
  EXPECT_EQ(without_quotes("'it is cut off"), "'…'");
}

TEST(Redaction, KeepsApostrophesInWords) {
  EXPECT_EQ(without_quotes("the post's text is not UTF-8"), "the post's text is not UTF-8");
  EXPECT_EQ(without_quotes("the post's 'tags' is not a list"), "the post's '…' is not a list");
}

TEST(Redaction, TakesOutNumbersButNotNamesOfStandards) {
  EXPECT_EQ(without_quotes_and_numbers("the post's text is not UTF-8"), "the post's text is not UTF-8");
  EXPECT_EQ(without_quotes_and_numbers("it is cut short at byte 1,234.5 of 99"),
            "it is cut short at byte # of #");
  EXPECT_EQ(without_quotes_and_numbers("12x34 pixels, -5"), "#x# pixels, -#");
}

}  // namespace
}  // namespace shoal
