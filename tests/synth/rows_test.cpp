// Spellings that several formats share: cells, lists and texts, by what reads them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "corpus/csv_text.hpp"
#include "corpus/python_literal.hpp"
#include "synth/csv_row.hpp"
#include "synth/json_writer.hpp"
#include "synth/python_list.hpp"

namespace shoal {
namespace {

using Texts = std::vector<std::string>;

const Texts kOddTexts = {
    "plain", "it's",   "a \"b\"", "it's \"both\"", "back\\new", "👨‍👩‍👧", "می‌خواهم",
    "",      "a,b\nc", "#sea🌊"};

TEST(PythonList, IsReadAsItsTexts) {
  Texts texts = kOddTexts;
  std::erase(texts, "a,b\nc");  // no list that is made holds a line end
  const FieldValue list = python_literal(python_list(texts));
  ASSERT_EQ(list.kind, FieldValue::Kind::list) << list.text;
  Texts read;
  for (const FieldValue& element : list.elements) read.push_back(element.text);
  EXPECT_EQ(read, texts);
}

TEST(PythonList, IsSpeltAsPythonSpellsIt) {
  EXPECT_EQ(python_list({}), "[]");
  EXPECT_EQ(python_list({"#a", "it's", "'\"", "👨‍👩"}), R"(['#a', "it's", '\'"', '👨\u200d👩'])");
  EXPECT_EQ(python_list_or_text({"a.jpg"}), "a.jpg");
}

TEST(CsvRow, IsReadAsItsCells) {
  CsvRow row;
  for (const std::string& text : kOddTexts) row.cell(text);
  const std::string written = row.take();
  CsvRows rows(written, {});
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(Texts(rows.fields().begin(), rows.fields().end()), kOddTexts);
  EXPECT_FALSE(rows.next());
}

TEST(CutRow, HasFewerCellsAndNoOpenQuote) {
  const std::string long_text(200, 'x');
  for (const Texts& cells : {Texts{"1", "2", long_text}, Texts{"1", "a,b", "\"q\"" + long_text + "\n,", "4"},
                             Texts{"1", long_text, "\"", "4"}, kOddTexts}) {
    CsvRow row;
    for (const std::string& text : cells) row.cell(text);
    const std::string cut = cut_row(row.take()) + "\n1,whole\n";
    CsvRows rows(cut, {});
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.fault(), CsvFault::none);
    EXPECT_LT(rows.fields().size(), cells.size());
    EXPECT_GT(rows.fields().size(), 0U);
    ASSERT_TRUE(rows.next()) << cut;
    EXPECT_EQ(rows.fields()[1], "whole");
  }
}

TEST(JsonWriter, EscapesLettersAsPythonDoesAndTheirBytesAsInstagramDoes) {
  const auto written = [](JsonWriter::Letters letters) {
    JsonWriter json(JsonWriter::Layout::compact, letters);
    return json.text("é🌊\n").take();
  };
  EXPECT_EQ(written(JsonWriter::Letters::plain), "\"é🌊\\n\"");
  EXPECT_EQ(written(JsonWriter::Letters::escaped), "\"\\u00e9\\ud83c\\udf0a\\n\"");
  EXPECT_EQ(written(JsonWriter::Letters::bytes_escaped), "\"\\u00c3\\u00a9\\u00f0\\u009f\\u008c\\u008a\\n\"");
  for (const std::string& text : kOddTexts) {
    JsonWriter json(JsonWriter::Layout::compact, JsonWriter::Letters::escaped);
    EXPECT_EQ(nlohmann::json::parse(json.text(text).take()), text);
  }
}

}  // namespace
}  // namespace shoal
