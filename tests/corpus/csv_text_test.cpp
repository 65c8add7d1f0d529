// Delimited text beside what Python's csv module makes of it (golden/csv.txt), as a whole and in parts.
#include "csv_text.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "readers.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/file.hpp"
#include "support/csv_cuts.hpp"
#include "support/real_data.hpp"

namespace shoal {
namespace {

using testing::rows_of;
using testing::rows_of_parts;
using testing::Table;

constexpr CsvDialect kPlain{',', false};
constexpr CsvDialect kPadded{',', true};

/// What golden/csv.txt has for a line feed, a carriage return and a space.
std::string shown(std::string text) {
  std::ranges::replace(text, '\n', 'N');
  std::ranges::replace(text, '\r', 'R');
  std::ranges::replace(text, ' ', 'S');
  return text;
}

std::string meant(std::string text) {
  std::ranges::replace(text, 'N', '\n');
  std::ranges::replace(text, 'R', '\r');
  std::ranges::replace(text, 'S', ' ');
  return text;
}

std::string shown(const Table& table) {
  std::string result;
  for (const auto& row : table) result += fmt::format("[{}]", fmt::join(row, "|"));
  return shown(std::move(result));
}

struct JudgedTable {
  CsvDialect dialect;
  std::string text;
  std::string rows;
};

/// The lines of golden/csv.txt, and its last one, which is of the real table.
std::pair<std::vector<JudgedTable>, std::string> judged_tables() {
  std::ifstream golden(SHOAL_TEST_DIR "/golden/csv.txt");
  std::vector<JudgedTable> tables;
  std::string line;
  std::getline(golden, line);
  while (std::getline(golden, line) && !line.starts_with("dataset.csv")) {
    const std::size_t space = line.find(' ', 2);
    tables.push_back({{',', line[0] == '1'}, meant(line.substr(2, space - 2)), line.substr(space + 1)});
  }
  return {tables, line};
}

TEST(CsvText, GivesTheRowsOfPythonsCsv) {
  const auto tables = judged_tables().first;
  ASSERT_EQ(tables.size(), 5108U);
  for (const JudgedTable& table : tables) {
    ASSERT_EQ(shown(rows_of(table.text, table.dialect)), table.rows)
        << shown(table.text) << (table.dialect.skips_initial_space ? " with" : " without")
        << " skipped spaces";
  }
}

using RealCsvText = testing::WithRealData;

TEST_F(RealCsvText, GivesTheCellsOfPythonsCsv) {
  const auto bytes = read_file(posts_2017() / "dataset.csv");
  const auto text = without_mark({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  EXPECT_EQ(dialect_of(text.substr(0, 65536)), kPlain);
  CsvRows table(text, kPlain);
  Sha256 digest;
  std::int64_t rows = 0;
  std::size_t cells = 0;
  for (; table.next(); ++rows) {
    cells += table.fields().size();
    for (const std::string_view field : table.fields()) {
      digest.update(field);
      digest.update("\x1f");
    }
    digest.update("\x1e");
    EXPECT_EQ(table.fault(), CsvFault::none);
  }
  EXPECT_EQ(fmt::format("dataset.csv {} {} {}", rows, cells, to_hex(digest.finish())),
            judged_tables().second);
}

/// Fields of all lengths: the search for their ends looks at eight bytes at a time.
TEST(CsvText, FindsTheEndOfFieldsOfAnyLengthAndBytes) {
  for (const char delimiter : {',', ';', '\t', '|'}) {
    for (std::size_t length = 0; length < 40; ++length) {
      std::string field;
      for (std::size_t i = 0; i < length; ++i) field += static_cast<char>(i * 7 + length);
      std::erase_if(field,
                    [](char c) { return std::string_view(",;\t|\"\r\n").find(c) != std::string::npos; });
      const std::string text = fmt::format("{0}{1}{0}{1}\"{0}\"\n{0}", field, delimiter);
      Table expected{{field, field, field}};
      if (!field.empty()) expected.push_back({field});
      EXPECT_EQ(rows_of(text, {delimiter, false}), expected);
    }
  }
}

TEST(CsvText, SaysWhereRowsBeginAndEnd) {
  const std::string text = "\r\na,b\r\n\n\"c\nd\",e";
  CsvRows rows(text, kPlain);
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(text.substr(rows.offset(), rows.end() - rows.offset()), "a,b");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(text.substr(rows.offset()), "\"c\nd\",e");
  EXPECT_EQ(rows.end(), text.size());
  EXPECT_FALSE(rows.next());
  EXPECT_FALSE(rows.next()) << "the end stays the end";
}

TEST(CsvText, FieldsWithoutDoubledQuotesAreNotCopied) {
  const std::string text = "plain,\"quoted\nfield\",\"a \"\"copy\"\"\"\n";
  CsvRows rows(text, kPlain);
  ASSERT_TRUE(rows.next());
  ASSERT_EQ(rows.fields().size(), 3U);
  EXPECT_EQ(rows.fields()[0].data(), text.data());
  EXPECT_EQ(rows.fields()[1].data(), text.data() + 7);
  EXPECT_EQ(rows.fields()[2], "a \"copy\"");
}

TEST(CsvText, ARowWhoseQuoteStaysOpenSaysSo) {
  for (const std::string text : {"a,b\n1,\"two\nthree,3\n", "a,b\n1,\"two\"\"\nthree,3\n"}) {
    CsvRows rows(text, kPlain);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.fault(), CsvFault::none);
    EXPECT_EQ(rows.why_unusable(), "");
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.fault(), CsvFault::open_quote);
    EXPECT_EQ(rows.why_unusable(),
              "a quote opens a field of this row, and the file ends before it is closed");
    EXPECT_FALSE(rows.next());
  }
}

TEST(CsvText, RowsBeyondTheLimitsHaveNoFieldsAndTheNextOnesDo) {
  const std::string text = "a,b\n\"123456\",\"\"\"\"\n1,2,3,4\n12345678,9\n12345678,90\nc,d\n";
  const std::vector<std::string> expected{
      "", "the row is longer than 10 bytes; a closing quote may be missing", "the row has more than 3 fields",
      "", "the row is longer than 10 bytes; a closing quote may be missing", ""};
  std::vector<std::string> said;
  CsvRows rows(text, kPlain, {10, 3});
  while (rows.next()) {
    said.push_back(rows.why_unusable());
    EXPECT_EQ(rows.fields().empty(), !said.back().empty());
  }
  EXPECT_EQ(said, expected);
}

TEST(CsvText, EveryCutGivesTheRowsOfTheWhole) {
  for (const auto& [dialect, text, rows] : judged_tables().first) {
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
      ASSERT_EQ(shown(rows_of_parts(text, dialect, {cut})), rows) << shown(text) << " cut at " << cut;
      ASSERT_EQ(shown(rows_of_parts(text, dialect, {cut / 2, cut})), rows)
          << shown(text) << " cut at " << cut;
    }
  }
}

TEST(CsvText, TheRestOfARowEndsWithItsLineEnd) {
  EXPECT_EQ(rest_of_row("a\nb\",\"c\n\",d\ne\n", kPlain, true), 12U);
  EXPECT_EQ(rest_of_row("a\nb\",\"c\n\",d", kPlain, true), std::string_view::npos);
  EXPECT_EQ(rest_of_row("a\nb\n", kPlain, true), std::string_view::npos);
  EXPECT_EQ(rest_of_row("a\nb\n", kPlain, false), 0U);
}

TEST(CsvText, PartsOfEverySizeGiveTheRowsOfTheWhole) {
  std::string text;
  for (std::size_t i = 0; i < 30; ++i) {
    text += fmt::format("{},\"line\r\n, end \"\"of\"\" {}\", \"x\ny\",o\"dd\",\"\"\"\"\"\"\r\n\n", i,
                        std::string(i, '\n'));
  }
  for (const CsvDialect dialect : {kPlain, kPadded}) {
    const Table whole = rows_of(text, dialect);
    for (std::size_t bytes = 1; bytes < 200; ++bytes) {
      std::vector<std::size_t> cuts;
      for (std::size_t cut = bytes; cut < text.size(); cut += bytes) cuts.push_back(cut);
      ASSERT_EQ(rows_of_parts(text, dialect, cuts), whole) << "parts of " << bytes;
    }
  }
}

TEST(CsvDialect, IsToldByTheFirstRows) {
  EXPECT_EQ(dialect_of("a,b,c\n1,2,3\n"), kPlain);
  EXPECT_EQ(dialect_of("a;b;c\n1,2;3,4;5\n"), (CsvDialect{';', false}));
  EXPECT_EQ(dialect_of("a\tb\n1, 2, 3\t4\n"), (CsvDialect{'\t', false}));
  EXPECT_EQ(dialect_of("a|b\n1|2\n"), (CsvDialect{'|', false}));
  EXPECT_EQ(dialect_of("filename,tags\na.jpg,x|y|z\nb.jpg,x|y\n"), kPlain);
  EXPECT_EQ(dialect_of("size (w,h);date (d,m,y)\n1;2\n3;4\n"), (CsvDialect{';', false}))
      << "commas give ragged rows";
  EXPECT_EQ(dialect_of("\"a;b;c;d\",\"e\"\n1,2\n"), kPlain) << "what stands in quotes separates nothing";
  EXPECT_EQ(dialect_of("a;b;c\nshifted, row;2\nanother;3;4;5\n"), (CsvDialect{';', false}));
  EXPECT_EQ(dialect_of("caption\nno table at all, but commas\n"), kPlain);
  EXPECT_EQ(dialect_of(""), kPlain);
  EXPECT_EQ(dialect_of("a;b"), (CsvDialect{';', false})) << "a header alone";
  EXPECT_EQ(dialect_of("a;b;c\n1;2;3\n4;\"breaks o"), (CsvDialect{';', false}));
}

TEST(CsvDialect, SkipsSpacesWhereAQuoteStandsBehindOne) {
  EXPECT_EQ(dialect_of("a,b\n1, \"x, y\"\n"), kPadded);
  EXPECT_EQ(dialect_of("a, \"b\", c\n1, \"x\", 2\n"), kPadded);
  EXPECT_EQ(dialect_of("a, b\n1, x\n"), kPlain) << "whoever reads names of columns trims them";
  EXPECT_EQ(dialect_of("a,b\n\" \"\"x\"\" y\",z\n"), kPlain) << "space and quote are the field's own";
  EXPECT_EQ(dialect_of("a,b\n\"he said, \"\"x\"\"\",y\n"), kPlain);
}

}  // namespace
}  // namespace shoal
