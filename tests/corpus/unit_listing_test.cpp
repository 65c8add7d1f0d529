// Which units a file or a folder becomes, by what the reader of its format takes.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "shoal/base/file.hpp"
#include "shoal/corpus/listing.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

bool is_lines(const FileBeginning& file) { return file.text().starts_with("#lines"); }
bool is_text(const FileBeginning& file) { return file.text().starts_with("whole"); }
bool is_export(const fs::path& path) { return fs::exists(path / "mark") || path.extension() == ".db"; }

constexpr std::array kReaders{
    PostReader{"lines", ".lines", LineRanges{is_lines, nullptr}},
    PostReader{"text", ".txt .text", WholeFiles{is_text, nullptr}},
    PostReader{"export", ".db .sqlite", OwnPaths{is_export, nullptr}},
};

class UnitListing : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_.path() / name).parent_path());
    write_file_durably(folder_.path() / name, text);
  }
  std::vector<Unit> list(const std::string& name, std::int64_t range_bytes = 10) {
    return list_units({{"", (folder_.path() / name).string()}}, kReaders, range_bytes).units;
  }
  static std::vector<std::string> names(const std::vector<Unit>& units) {
    std::vector<std::string> result;
    for (const Unit& unit : units) result.push_back(unit.relative + ":" + unit.format);
    return result;
  }
  using Names = std::vector<std::string>;

 private:
  testing::ScratchFolder folder_;
};

TEST_F(UnitListing, RangesCoverAFileOnceInOrder) {
  write("in/a.lines", "#lines\nabcdefghijklmnopqr");
  const auto units = list("in");
  ASSERT_EQ(units.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(units[i].number, static_cast<std::int64_t>(i));
    EXPECT_EQ(units[i].offset, static_cast<std::int64_t>(10 * i));
    EXPECT_EQ(units[i].bytes, i == 2 ? 5 : 10);
    EXPECT_EQ(units[i].file_bytes, 25);
    EXPECT_EQ(units[i].relative + units[i].format, "a.lineslines");
  }
}

TEST_F(UnitListing, OnlyALargeFileOfLinesIsCut) {
  write("in/large.lines", "#lines\n0123456789");
  write("in/small.lines", "#lines\n012");
  write("in/none.lines", "not at all lines");
  write("in/w.txt", "whole, and longer than a range");
  EXPECT_EQ(names(list("in")),
            (Names{"large.lines:lines", "large.lines:lines", "none.lines:", "small.lines:", "w.txt:"}));
  EXPECT_EQ(list("in", 17).size(), 4u) << "as large as a range is not larger";
}

TEST_F(UnitListing, AFileIsKnownByItsBeginningAlsoUnderAnotherName) {
  write("in/data.dat", "\xEF\xBB\xBF#lines\n0123456789");
  EXPECT_EQ(names(list("in/data.dat")), (Names{"data.dat:lines", "data.dat:lines"}));
  EXPECT_TRUE(list("in").empty()) << "in a folder the suffix counts";
}

TEST_F(UnitListing, WhatAReaderClaimsIsOneUnitAndIsNotSearched) {
  write("in/mine/mark", "");
  write("in/mine/deep/a.txt", "whole");
  write("in/b.db", "bytes");
  write("in/c.sqlite", "not claimed");
  write("in/d.text", "whole");
  const auto units = list("in");
  EXPECT_EQ(names(units), (Names{"b.db:export", "c.sqlite:", "d.text:", "mine:export"}));
  EXPECT_EQ(units[3].bytes, 5) << "of all files below it";
  EXPECT_EQ(names(list("in/mine")), Names{"mine:export"});
  EXPECT_EQ(names(list("in/mine/")), Names{"mine:export"});
  EXPECT_EQ(names(list("in/m*")), Names{"mine:export"});
}

TEST_F(UnitListing, ASuffixAloneIsAHiddenFile) {
  write("in/.txt", "whole");
  write("in/a.txt.bak", "whole");
  EXPECT_TRUE(list("in").empty());
}

}  // namespace
}  // namespace shoal
