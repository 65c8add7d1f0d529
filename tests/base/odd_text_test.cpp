// Text that would act on a terminal or in a spreadsheet.
#include "shoal/base/odd_text.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

using namespace std::string_literals;

TEST(OddText, ControlCharactersAreSpeltOut) {
  EXPECT_EQ(terminal_text("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(terminal_text("a\0b"s), "a\\x00b");
  EXPECT_EQ(terminal_text("a\r\nb\tc\x7f"), "a\\x0d\\x0ab\\x09c\\x7f");
  EXPECT_EQ(terminal_text("\xc2\x9b"
                          "31m"),
            "\\x9b31m");  // C1 in UTF-8
  EXPECT_EQ(terminal_text("\x9b"
                          "31m"),
            "\\x9b31m");                                              // and as a byte
  EXPECT_EQ(terminal_text("\xe2\x80\xaegpj.exe"), "\\u202egpj.exe");  // right to left from here on
  EXPECT_EQ(terminal_text("\xe2\x81\xa6x\xe2\x80\xa8"), "\\u2066x\\u2028");
}

TEST(OddText, OtherTextStaysAsItIs) {
  for (const char* text : {"", "plain \\x1b \"quoted\"", "é € 🐟 שלום 👩‍👧 مرحبا"}) {
    EXPECT_EQ(terminal_text(text), text);
  }
}

TEST(OddText, LinesOfALongerTextStayLines) {
  EXPECT_EQ(terminal_lines("a\x1b\nb\r\n\nc"), "a\\x1b\nb\\x0d\n\nc");
  EXPECT_EQ(terminal_lines("a\n"), "a\n");
}

TEST(OddText, CellsThatASpreadsheetWouldRunHaveAnApostropheInFront) {
  EXPECT_EQ(csv_cell("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(csv_cell("+1"), "\"'+1\"");
  EXPECT_EQ(csv_cell("-1"), "\"'-1\"");
  EXPECT_EQ(csv_cell("@SUM(A1)"), "\"'@SUM(A1)\"");
  EXPECT_EQ(csv_cell("\t=1"), "\"'\\x09=1\"");
  EXPECT_EQ(csv_cell("\r=1"), "\"'\\x0d=1\"");
  EXPECT_EQ(csv_cell("'a"), "\"''a\"");
  EXPECT_EQ(csv_cell("a=1"), "\"a=1\"");
  EXPECT_EQ(csv_cell("say \"x\"\n"), "\"say \"\"x\"\"\\x0a\"");
  EXPECT_EQ(csv_cell(""), "\"\"");
}

TEST(OddText, ALineEndInsideQuotesEndsNoRecord) {
  EXPECT_EQ(count_csv_records("a,b\r\n\"x\r\ny\",1\r\n\"say \"\"\r\n\"\"\",2\r\n"), 3);
  EXPECT_EQ(count_csv_records("a,b\n1,2\n"), 2);
  EXPECT_EQ(count_csv_records("a,b\n1,2"), 2);
  EXPECT_EQ(count_csv_records(""), 0);
}

}  // namespace
}  // namespace shoal
