// Numbers in text, and names of accounts.
#include "account_names.hpp"
#include "excerpt.hpp"
#include "whole_number.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(WholeNumber, IsReadInTheWaysItIsWritten) {
  EXPECT_EQ(whole_number("44"), 44);
  EXPECT_EQ(whole_number("1,234"), 1234);
  EXPECT_EQ(whole_number("12,345,678"), 12345678);
  EXPECT_EQ(whole_number("492.0"), 492);
  EXPECT_EQ(whole_number("1e3"), 1000);
  EXPECT_EQ(whole_number("1.25E+2"), 125);
  EXPECT_EQ(whole_number("1200e-2"), 12);
  EXPECT_EQ(whole_number("-1.0"), -1);
  EXPECT_EQ(whole_number("-0.0"), 0);
  EXPECT_EQ(whole_number("0e999"), 0);
  EXPECT_EQ(whole_number("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
}

TEST(WholeNumber, IsNothingElse) {
  for (const char* text :
       {"", "-", "many", "1.5", "1,23", "1234,567", ",123", "1,2345", "1e400", "1e-1", "1e", "0x10",
        "9223372036854775808", "99999999999999999999", "1 000", "12.5k", "1e1000", "--1", "."}) {
    EXPECT_FALSE(whole_number(text)) << text;
  }
}

TEST(WholeNumber, AsAFloatOfAnotherProgramLosesItsFractionAndNoDigit) {
  EXPECT_EQ(without_zero_fraction("2265122114760421255.0"), "2265122114760421255");
  EXPECT_EQ(without_zero_fraction("8.00"), "8");
  for (const char* text : {"8", "8.", "8.50", ".0", "-8.0", "a8.0", "8.0a", "8.0.0", "1.5e3", "anna.0", ""})
    EXPECT_EQ(without_zero_fraction(text), text);
}

TEST(WholeNumber, IsRoundedAsExcelAndPandasWriteIt) {
  for (const char* text : {"2.26512E+18", "2,26512E+18", "2.265122114760421e+18", "2e+18"})
    EXPECT_TRUE(is_rounded_number(text)) << text;
  for (const char* text : {"2265122114760421255", "8e10", "2.5e10", "12.5E+18", ".5E+18", "2.E+18", "2.5E+",
                           "2.5E+18a", "2.5E-18", "E+18", ""})
    EXPECT_FALSE(is_rounded_number(text)) << text;
}

TEST(Excerpt, IsCutBetweenCharactersAndShowsNoControl) {
  EXPECT_EQ(in_quotes("short"), "'short'");
  EXPECT_EQ(in_quotes("it's 'a'"), "'it\\'s \\'a\\''") << "a quote inside closes nothing";
  EXPECT_EQ(in_quotes("a\x1B[31m"), "'a\\x1b[31m'");
  // Room beforehand: the compiler sees an overlap where there is none.
  std::string cut;
  cut.reserve(64);
  cut.assign(39, 'a');
  EXPECT_EQ(in_quotes(cut + "\xC3\xA9\xC3\xA9"), "'" + cut + "...'");
}

TEST(AccountName, OneThatCannotBeIsQuarantinedAsAValue) {
  ReadResult result;
  EXPECT_EQ(usable_account_name("anna", 3, result), "anna");
  EXPECT_EQ(usable_account_name(" @Anna.K\xE2\x80\x8B", 3, result), "anna.k");
  for (const char* sign : {"@", "\uff20", "\ufe6b"})
    EXPECT_EQ(plain_handle(std::string(sign) + "anna"), "anna");
  EXPECT_TRUE(result.quarantined.empty());
  EXPECT_EQ(usable_account_name(std::string(256, 'x'), 3, result), "");
  EXPECT_EQ(usable_account_name(std::string_view("a\0b", 3), 3, result), "");
  EXPECT_EQ(usable_display_name("Anna\nB", 3, result), "");
  ASSERT_EQ(result.quarantined.size(), 3u);
  EXPECT_EQ(result.quarantined[1].kind, QuarantineKind::value);
  EXPECT_EQ(result.quarantined[1].reason, "the account's name holds a control character");
}

}  // namespace
}  // namespace shoal
