// List cells beside what Python's ast.literal_eval makes of them (golden/python_literals.txt).
#include "python_literal.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "csv_text.hpp"
#include "readers.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/file.hpp"
#include "support/real_data.hpp"

namespace shoal {
namespace {

using Kind = FieldValue::Kind;

std::string hexadecimal(std::string_view text) {
  std::string result;
  for (const char c : text) result += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return result;
}

std::string from_hexadecimal(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    text += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return text;
}

/// As golden/python_literals.txt has it.
std::string shown(const FieldValue& value) {
  switch (value.kind) {
    case Kind::nothing:
      return "None";
    case Kind::text:
      return "t:" + hexadecimal(value.text);
    case Kind::number:
      return "n:" + hexadecimal(value.text);
    case Kind::truth:
      return "b:" + value.text;
    case Kind::unusable:
      return "malformed";
    case Kind::list:
    case Kind::object:
      break;
  }
  std::vector<std::string> elements;
  for (const FieldValue& element : value.elements) elements.push_back(shown(element));
  return fmt::format("[{}]", fmt::join(elements, " "));
}

TEST(PythonLiteral, GivesTheValuesOfLiteralEval) {
  std::ifstream golden(SHOAL_TEST_DIR "/golden/python_literals.txt");
  std::string line;
  std::getline(golden, line);
  std::size_t judged = 0;
  for (; std::getline(golden, line) && !line.starts_with("dataset.csv"); ++judged) {
    const std::size_t space = line.find(' ');
    const std::string literal = from_hexadecimal(line.substr(0, space));
    EXPECT_EQ(shown(python_literal(literal)), line.substr(space + 1)) << literal;
  }
  EXPECT_GT(judged, 600U);
}

using PythonLiterals = testing::WithRealData;

TEST_F(PythonLiterals, OfTheRealTableAreItsLists) {
  const auto bytes = read_file(posts_2017() / "dataset.csv");
  CsvRows rows(without_mark({reinterpret_cast<const char*>(bytes.data()), bytes.size()}), {});
  Sha256 digest;
  std::int64_t lists = 0;
  while (rows.next()) {
    for (const std::string_view cell : rows.fields()) {
      if (!cell.starts_with('[')) continue;
      ++lists;
      digest.update(shown(cell_value(cell)) + "\n");
    }
  }
  std::ifstream golden(SHOAL_TEST_DIR "/golden/python_literals.txt");
  std::string last;
  for (std::string line; std::getline(golden, line);) last = line;
  EXPECT_EQ(fmt::format("dataset.csv {} {}", lists, to_hex(digest.finish())), last);
}

std::string why(std::string_view literal) {
  const FieldValue value = python_literal(literal);
  return value.kind == Kind::unusable ? value.text : "usable: " + shown(value);
}

TEST(PythonLiteral, JsonAndNumpyCountToo) {
  EXPECT_EQ(shown(python_literal("[true, false, null, nan]")), "[b:true b:false None None]");
  EXPECT_EQ(python_literal(R"("https:\/\/x\/p")").text, "https://x/p");
  EXPECT_EQ(python_literal(R"("\ud83d\ude00 caf\u00e9")").text, "😀 café");
  EXPECT_EQ(python_literal(R"('\ud83d')").text, "\uFFFD") << "half a pair";
}

TEST(PythonLiteral, WhatCannotBeUsedSaysWhy) {
  EXPECT_EQ(why("['a' 'b']"), "is a list in which a comma is missing between two texts");
  EXPECT_EQ(why("['a', "), "is a list that breaks off");
  EXPECT_EQ(why("['a', 'b"), "is a list with a text that breaks off");
  EXPECT_EQ(why("['a', b]"), "is a list with 'b]' where a value should be");
  EXPECT_EQ(why("['a'; 'b']"), "is a list with '; \\'b\\']' where a comma should be");
  EXPECT_EQ(why("['a'], 'b'"), "is a list with ', \\'b\\'' behind its end");
  EXPECT_EQ(why("['\\xz0']"),
            "is a list with a text that has 'xz0\\']' behind a backslash, which is no escape");
  EXPECT_EQ(why("['\\N{BULLET}']"),
            "is a list with a text that has 'N{BULLET}\\']' behind a backslash, which is no escape");
  EXPECT_EQ(why("['a\nb']"), "is a list with a text that holds a line end");
  EXPECT_EQ(why("{}"), "is a dictionary");
  EXPECT_EQ(why("{'a': 1}"), "is a list with ': 1}' where a comma should be");
  EXPECT_EQ(why("[b'bytes']"), "is a list with 'b\\'bytes\\']' where a value should be");
}

TEST(PythonLiteral, DepthAndElementsAreBounded) {
  EXPECT_EQ(shown(python_literal(std::string(32, '[') + std::string(32, ']'))),
            std::string(32, '[') + std::string(32, ']'));
  EXPECT_EQ(why(std::string(33, '[') + std::string(33, ']')),
            "is a list with more than 32 lists in each other");
  EXPECT_EQ(why(std::string(10'000'000, '[')), "is a list with more than 32 lists in each other");
  std::string ones = "[1";
  for (std::size_t i = 0; i + 2 < kMostElements; ++i) ones += ",1";
  EXPECT_EQ(python_literal(ones + "]").elements.size(), kMostElements - 1) << "the list itself is one, too";
  EXPECT_EQ(why(ones + ",1]"), "is a list of more than 100000 elements");
}

TEST(CellValue, IsAListOnlyBehindABracket) {
  EXPECT_EQ(shown(cell_value(" ['#a'] ")), "[t:2361]");
  EXPECT_EQ(cell_value("https://x/a.jpg").text, "https://x/a.jpg");
  EXPECT_EQ(cell_value("'quoted'").text, "'quoted'");
  EXPECT_EQ(cell_value("None").kind, Kind::text) << "what stands for nothing is for the field to say";
  EXPECT_EQ(cell_value("").kind, Kind::text);
  EXPECT_EQ(cell_value("[not a list").kind, Kind::unusable);
}

}  // namespace
}  // namespace shoal
