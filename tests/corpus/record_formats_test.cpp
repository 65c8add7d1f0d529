// A file whose records take several lines gives one result, wherever it is cut and however many ranks read
// it.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "given_formats.hpp"
#include "read_unit.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/patience.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::given_units;
using testing::read_given;
using testing::SharedFolder;
using testing::WholeCorpus;

using Texts = std::vector<std::string>;

/// Reads the file `in/NAME` uncut, then in ranges of every size up to its own, so that each of its bytes is
/// once the first behind a cut; and a few ranges of it.
WholeCorpus read_with_every_cut(const std::string& name, const std::string& text) {
  const SharedFolder folder;
  folder.write("in/" + name, text);
  const std::int64_t size = std::ssize(text);
  const WholeCorpus whole = read_given({folder / "in"}, size);
  for (std::int64_t bytes = 1; bytes < size; ++bytes) {
    const WholeCorpus cut = read_given({folder / "in"}, bytes);
    EXPECT_EQ(cut, whole) << name << " in ranges of " << bytes;
    if (cut != whole) break;
  }
  return whole;
}

const std::string kTable =
    "#table,creator,followers,caption\n"
    "A,anna,1,\"two\nlines, and \"\"quotes\"\"\"\n"
    "\n"
    "B,bert,2,o\"dd \"quotes\n"
    "bad\n"
    "skip\n"
    "\"C\",\"anna\",\"1\",\"\n\n\"\n"
    "D,bert,2,\"x\"behind \"it\",5\n"
    "odd,carl,3,\"\"\"\n\"\"\"\n"
    "E,carl,3,last";

TEST(RecordFormats, EveryCutOfATableGivesItsRows) {
  const WholeCorpus read = read_with_every_cut("a.table", kTable);
  ASSERT_EQ(read.posts.size(), 6U);
  EXPECT_EQ(read.posts[0], "ig:A anna two\nlines, and \"quotes\"");
  EXPECT_EQ(read.posts[1], "ig:B bert o\"dd \"quotes");
  EXPECT_EQ(read.posts[2], "ig:C anna \n\n");
  EXPECT_EQ(read.posts[3], "ig:D bert xbehind \"it\"");
  EXPECT_TRUE(read.posts[4].ends_with(" carl \"\n\"")) << read.posts[4];
  EXPECT_EQ(read.posts[5], "ig:E carl last");
  EXPECT_EQ(read.accounts, (Texts{"anna 1", "bert 2", "carl 3"}));
  EXPECT_EQ(read.accounting, (std::tuple{7, 6, 0, 0, 1}));
  const std::vector<QuarantineRow> left_out{
      {QuarantineKind::record, "a.table", 2, "read", "the line has too few cells"},
      {QuarantineKind::value, "a.table", 6, "read", "the code is odd"}};
  EXPECT_EQ(read.quarantine, left_out);
}

/// The same text with other line ends; inside quotes they belong to the cell.
std::string with_line_ends(const std::string& ends) {
  std::string text;
  for (const char c : kTable) c == '\n' ? text += ends : text += c;
  return text;
}

TEST(RecordFormats, LineEndsOfTablesAreNoMatterOfCuts) {
  EXPECT_EQ(read_with_every_cut("crlf.table", with_line_ends("\r\n")).accounting,
            (std::tuple{7, 6, 0, 0, 1}));
  const WholeCorpus read = read_with_every_cut("cr.table", with_line_ends("\r"));
  EXPECT_EQ(read.accounting, (std::tuple{7, 6, 0, 0, 1}));
  EXPECT_EQ(read.posts[0], "ig:A anna two\rlines, and \"quotes\"");
}

TEST(RecordFormats, MarksQuotedHeadersAndPaddedQuotesAreNoMatterOfCuts) {
  const WholeCorpus read =
      read_with_every_cut("mark.table",
                          "\xEF\xBB\xBF\"#table\n\"; \"creator\n;\"; followers;caption\nA; \"anna\" ; "
                          "1;\"\n\"\nB;bert; 2;  \"a; \nb\"\n");
  ASSERT_EQ(read.posts.size(), 2U);
  EXPECT_EQ(read.posts[0], "ig:A anna  \n");
  EXPECT_EQ(read.posts[1], "ig:B bert a; \nb");
}

TEST(RecordFormats, RowsThatAreTooLongOrNeverEndAreOneRecordWhereverTheyAreCut) {
  const std::string ordinary = "#table,creator,followers,caption\nA,anna,1,\"one\ntwo\"\n";
  const std::string long_cell = "\"" + std::string(100, 'l') + "\n" + std::string(200, '\n') + "\"";
  const WholeCorpus read =
      read_with_every_cut("long.table", ordinary + "B,bert,2," + long_cell +
                                            "\nC,carl,3,\"behind\nit\"\nD,dora,4,\"never\nends\n");
  EXPECT_EQ(read.posts, (Texts{"ig:A anna one\ntwo", "ig:C carl behind\nit"}));
  const std::vector<QuarantineRow> left_out{
      {QuarantineKind::record, "long.table", 1, "read",
       "the row is longer than 300 bytes; a closing quote may be missing"},
      {QuarantineKind::record, "long.table", 3, "read",
       "a quote opens a field of this row, and the file ends before it is closed"}};
  EXPECT_EQ(read.quarantine, left_out);
}

TEST(RecordFormats, EveryCutOfADumpGivesItsRecords) {
  const WholeCorpus read = read_with_every_cut(
      "a.dump",
      "#dump\nnot a record\n\nRecord:A\nanna\n1\nRecords: are\n\nno Record:\nlines\n\nRecord:bad\n\n\n"
      "Record:odd\nbert\n2\ntwo\nlines\nRecord:skip\nRecord:B\nbert\n2\n\n");
  ASSERT_EQ(read.posts.size(), 2U);
  EXPECT_EQ(read.posts[0], "ig:A anna Records: are\n\nno Record:\nlines");
  EXPECT_TRUE(read.posts[1].ends_with(" bert two\nlines")) << read.posts[1];
  EXPECT_EQ(read.accounting, (std::tuple{4, 2, 0, 0, 2}));
  const std::vector<QuarantineRow> left_out{
      {QuarantineKind::record, "a.dump", 1, "read", "the line has too few cells"},
      {QuarantineKind::record, "a.dump", 4, "read", "the line has too few cells"},
      {QuarantineKind::value, "a.dump", 2, "read", "the code is odd"}};
  EXPECT_EQ(read.quarantine, left_out);
}

TEST(RecordFormats, ARecordThatGoesOnForManyRangesIsOfTheFirst) {
  const SharedFolder folder;
  std::string lines;
  while (lines.size() < 3000000)
    lines += "a line of a caption, number " + std::to_string(lines.size()) + "\n";
  folder.write("in/a.dump", "#dump\nRecord:A\nanna\n1\n" + lines + "end\nRecord:B\nbert\n2\nnext\n");
  for (const std::int64_t bytes : {100000, 1000000, 4000000}) {
    const WholeCorpus read = read_given({folder / "in"}, bytes);
    const bool whole = read.posts == Texts{"ig:A anna " + lines + "end", "ig:B bert next"};
    EXPECT_TRUE(whole) << "ranges of " << bytes;  // texts of this size are not to be shown
  }
}

TEST(RecordFormats, ManyTablesOfOneFolderKeepApart) {
  const SharedFolder folder;
  const std::string header = "#table,creator,followers,caption\n";
  folder.write("in/a.table", header + ",anna,1,\"open\n");
  folder.write("in/b.table", header + ",bert,2,\"b\nb\"\n,bert,2,c\n");
  folder.write("in/c.lines", "#lines\n,carl,3,\"c\n,carl,3,d\"\n");
  const WholeCorpus whole = read_given({folder / "in"}, 4096);
  EXPECT_EQ(whole.accounting, (std::tuple{5, 4, 0, 0, 1}));
  for (const std::int64_t bytes : {1, 5, 20, 50}) EXPECT_EQ(read_given({folder / "in"}, bytes), whole);
}

/// A line that no rank would hold lies inside quotes, or is a row; what stands behind it is read.
TEST(RecordFormats, ATableWithALineThatNoRankWouldHoldLosesOneRow) {
  if (testing::world().size() != 2) GTEST_SKIP() << "read by two ranks alone: it takes seconds";
  const SharedFolder folder;
  for (const std::string opening : {"", "B,bert,2,\"a\n"}) {
    const std::string begin = "#table,creator,followers,caption\nA,anna,1,one\n" + opening;
    folder.write("in/a.table", begin);
    if (testing::world().is_root()) {
      // Zeros, which take no room on the disk.
      std::filesystem::resize_file(folder / "in/a.table", std::uintmax_t{257} << 20);
      std::ofstream(folder / "in/a.table", std::ios::app) << "\nstill\",C\nD,dora,4,\"b\nhind\"\n";
    }
    testing::world().barrier();
    const WholeCorpus read = read_given({folder / "in"}, std::int64_t{100} << 20);
    EXPECT_EQ(read.posts, (Texts{"ig:A anna one", "ig:D dora b\nhind"}));
    ASSERT_FALSE(read.quarantine.empty());
    EXPECT_EQ(read.quarantine[0].record, 1);
    EXPECT_EQ(read.quarantine[0].reason, "the row is longer than 300 bytes; a closing quote may be missing");
    EXPECT_EQ(read.quarantine.size(), opening.empty() ? 2U : 1U)
        << "where no quote is open, 'still' is a row";
    testing::world().barrier();
  }
}

TEST(RecordFormats, ATableThatChangedEndsTheRun) {
  const SharedFolder folder;
  folder.write("in/a.table", kTable);
  auto units = given_units({folder / "in"}, 100);
  for (Unit& unit : units) unit.modified += 1;
  set_read_patience(std::chrono::milliseconds(0));
  EXPECT_THROW(read_corpus(*make_single_rank(), units, {{}, 1, testing::given_readers()}), UnavailableError);
  set_read_patience(std::chrono::minutes(1));
}

TEST(RecordFormats, ARangeWhoseBeginningIsNotKnownEndsTheRun) {
  const SharedFolder folder;
  folder.write("in/a.table", kTable);
  const auto units = given_units({folder / "in"}, 100);
  EXPECT_NO_THROW(read_unit(units[1], testing::given_readers(), {}, true));
  EXPECT_THROW(read_unit(units[1], testing::given_readers(), {}, std::nullopt), UnavailableError);
}

TEST(RecordFormats, AnUnreadableTableIsOneRecordForEachOfItsRanges) {
  const SharedFolder folder;
  folder.write("in/a.table", kTable);
  auto units = given_units({folder / "in"}, 100);
  ASSERT_EQ(units.size(), 2U);
  testing::world().barrier();
  if (testing::world().is_root()) {
    std::filesystem::remove(folder / "in/a.table");
    std::filesystem::create_directory(folder / "in/a.table");
  }
  testing::world().barrier();
  const Corpus corpus = read_corpus(*make_single_rank(), units, {{}, 1, testing::given_readers()});
  EXPECT_EQ(corpus.accounting.quarantined, 2);
  EXPECT_EQ(corpus.accounting.kept, 0);
}

TEST(RecordFormats, ASampleOfATableIsOfItsBeginning) {
  const SharedFolder folder;
  std::string text = "#table,creator,followers,caption\n";
  std::vector<std::int64_t> rows;
  while (text.size() < 800) {
    rows.push_back(std::ssize(text));
    text += "A,anna,1,\"\nA,anna,1,\n\"\n";  // read from its middle it would be two posts
  }
  folder.write("in/a.table", text);
  const auto units = given_units({folder / "in"}, 300);
  ReadSettings settings;
  settings.readers = testing::given_readers();
  const PostSizes sizes = sample_posts(*make_single_rank(), units, settings);
  std::int64_t expected = 0;
  for (const Unit& unit : units) {
    expected += std::ranges::count_if(rows, [&](std::int64_t row) { return row < unit.bytes; });
  }
  EXPECT_EQ(sizes.files, std::ssize(text));
  EXPECT_EQ(sizes.posts, expected);
}

}  // namespace
}  // namespace shoal
