// A file that is read by lines gives one result, wherever it is cut and however many ranks read it.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "given_formats.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/patience.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::given_units;
using testing::read_given;
using testing::SharedFolder;
using testing::WholeCorpus;

constexpr std::int64_t kUncut = std::int64_t{1} << 20;
using Texts = std::vector<std::string>;

/// SHA-256 over the SHA-256s of pieces of 4 MiB.
std::string digest_of(const std::string& text) {
  constexpr std::size_t kPiece = 4194304;
  std::string pieces;
  for (std::size_t begin = 0; begin < text.size(); begin += kPiece) {
    const Digest piece = sha256(text.substr(begin, kPiece));
    pieces.append(piece.begin(), piece.end());
  }
  return to_hex(sha256(pieces));
}

/// The id of a post without a code.
std::string id_of(const std::string& text, int record, const std::string& relative) {
  const Digest digest = sha256(fmt::format("{}\n{}\n{}", digest_of(text), record, relative));
  return "file:" + to_base32(std::span(digest).first(16));
}

void expect_one_result(const SharedFolder& folder, const std::vector<std::int64_t>& range_sizes) {
  const WholeCorpus expected = read_given({folder / "in"}, kUncut);
  for (const std::int64_t bytes : range_sizes) {
    const WholeCorpus cut = read_given({folder / "in"}, bytes);
    EXPECT_EQ(cut.posts, expected.posts) << "ranges of " << bytes;
    EXPECT_EQ(cut.accounts, expected.accounts) << "ranges of " << bytes;
    EXPECT_EQ(cut.quarantine, expected.quarantine) << "ranges of " << bytes;
    EXPECT_EQ(cut.accounting, expected.accounting) << "ranges of " << bytes;
    EXPECT_EQ(cut.digest, expected.digest) << "ranges of " << bytes;
    EXPECT_EQ(std::pair(cut.files, cut.bytes), std::pair(expected.files, expected.bytes));
  }
}

const std::vector<std::int64_t> kSizes{1, 2, 3, 7, 8, 10, 16, 33, 100, 4096};

TEST(LineFormats, RecordsAreNumberedInTheFileWhereverItIsCut) {
  const SharedFolder folder;
  const std::string text =
      "#lines\n"
      "A,anna,1,first\n"
      "\n"
      ",bert,2,no code\n"
      "bad line\n"
      "skip\n"
      "odd,anna,9,odd code\n"
      "A,bert,3,again\n"
      "B,,4,nobody";
  folder.write("in/a.lines", text);
  for (const std::int64_t bytes : kSizes) {
    const WholeCorpus read = read_given({folder / "in"}, bytes);
    EXPECT_EQ(read.posts, (Texts{"ig:A anna first", id_of(text, 1, "a.lines") + " bert no code",
                                 id_of(text, 4, "a.lines") + " anna odd code", "ig:B  nobody"}));
    EXPECT_EQ(read.accounts, (Texts{"anna 1", "bert 2"}));
    EXPECT_EQ(read.accounting, (std::tuple{6, 4, 0, 1, 1}));
    const std::vector<QuarantineRow> left_out{
        {QuarantineKind::record, "a.lines", 2, "read", "the line has too few cells"},
        {QuarantineKind::value, "a.lines", 4, "read", "the code is odd"}};
    EXPECT_EQ(read.quarantine, left_out);
    EXPECT_EQ(read.digest, to_hex(sha256(digest_of(text) + "\na.lines\n")));
    EXPECT_EQ(std::pair(read.files, read.bytes), (std::pair<std::int64_t, std::int64_t>(1, text.size())));
  }
}

TEST(LineFormats, LineEndsMarksAndLongLinesAreNoMatterOfCuts) {
  const SharedFolder folder;
  const std::string lines =
      "a,x,1,one\r\n\r\nbad\r\n,y,2," + std::string(300, 'l') + "\r\nskip\r\n,z,3,three";
  folder.write("in/crlf.lines", "#lines\r\n" + lines);
  folder.write("in/end.lines", "#lines\n" + lines + "\n");
  folder.write("in/ends.lines", "#lines\n" + lines + "\n\n\n");
  folder.write("in/header.lines", "#lines");
  folder.write("in/mark.txt", "\xEF\xBB\xBF#lines\n" + lines);
  folder.write("in/other.txt", "of no format\n" + lines);
  folder.write("in/profile.json", R"({"alias": "p", "posts": [{}, {"url": "https://x/p/a/"}]})");
  expect_one_result(folder, kSizes);
  const WholeCorpus read = read_given({folder / "in"}, 7);
  EXPECT_EQ(read.accounts, (Texts{"x 1", "y 2", "z 3", "p ?"}));
  EXPECT_EQ(read.posts.front(), "ig:a x one");
  EXPECT_EQ(read.posts[1], id_of("#lines\r\n" + lines, 2, "crlf.lines") + " y " + std::string(300, 'l'));
  // other.txt is no input: a search found it, and no format knows it.
  EXPECT_EQ(read.accounting, (std::tuple{18, 10, 0, 4, 4}));
}

TEST(LineFormats, ALastRangeInWhichNoLineBeginsIsEmpty) {
  const SharedFolder folder;
  folder.write("in/a.lines", "#lines\na,x,1,one\nb,y,2," + std::string(50, 'l') + "\n");
  const auto units = given_units({folder / "in"}, 20);
  ASSERT_EQ(units.size(), 4u);
  EXPECT_EQ(units.back().offset, 60) << "inside the last line";
  EXPECT_EQ(read_given({folder / "in"}, 20).posts.size(), 2u);
  expect_one_result(folder, {7, 17, 20, 40, 73});
}

TEST(LineFormats, ARangeOfNothingButBadLinesCountsThem) {
  const SharedFolder folder;
  std::string text = "#lines\na,x,1,one\n";
  for (int i = 0; i < 40; ++i) text += "bad\n";
  text += ",y,2,two";
  folder.write("in/a.lines", text);
  const WholeCorpus read = read_given({folder / "in"}, 32);
  EXPECT_EQ(read.accounting, (std::tuple{42, 2, 0, 0, 40}));
  EXPECT_EQ(read.quarantine.back().record, 40);
  EXPECT_EQ(read.posts.back(), id_of(text, 41, "a.lines") + " y two");
  expect_one_result(folder, {4, 16, 32, 64});
}

TEST(LineFormats, OfAFileInRangesAsManyRowsAreInQuarantineAsOfAWholeOne) {
  const SharedFolder folder;
  std::string text = "#lines\n";
  for (int i = 0; i < 10500; ++i) text += i % 3 == 0 ? "odd,x,1,post\n" : "bad\n";
  folder.write("in/a.lines", text);
  expect_one_result(folder, {1000, 60000});
  const WholeCorpus read = read_given({folder / "in"}, 5000);
  EXPECT_EQ(read.quarantine.size(), 10001u);
  EXPECT_EQ(std::get<4>(read.accounting), 7000);
  EXPECT_EQ(std::count_if(read.quarantine.begin(), read.quarantine.end(),
                          [](const QuarantineRow& row) { return row.reason.starts_with("and more"); }),
            1);
}

TEST(LineFormats, AFilesDigestIsOfItsPiecesWhateverItsRanges) {
  const SharedFolder folder;
  std::string text = "#lines\n";
  for (int i = 0; text.size() < 9000000; ++i) {
    text += fmt::format("c{},x,1,{}\n", i, std::string(200000, static_cast<char>('a' + i % 26)));
  }
  folder.write("in/a.lines", text);
  const std::string expected = to_hex(sha256(digest_of(text) + "\na.lines\n"));
  for (const std::int64_t bytes : {1000000, 4194304, 5000001, 8388608, 10000000}) {
    EXPECT_EQ(read_given({folder / "in"}, bytes).digest, expected) << "ranges of " << bytes;
  }
}

TEST(LineFormats, FilesOfOnePathStandInOrderOfTheirDigests) {
  const SharedFolder folder;
  const std::string ones = "#lines\n,x,1,one\n,x,2,two\n";
  folder.write("one/a.lines", ones);
  folder.write("two/a.lines", "#lines\n,y,1,eins\n,y,2,zwei\n");
  folder.write("zone/a.lines", ones);
  const WholeCorpus expected = read_given({folder / "one", folder / "two"}, kUncut);
  for (const std::int64_t bytes : {3, 10, 20}) {
    EXPECT_EQ(read_given({folder / "two", folder / "one"}, bytes), expected);
    EXPECT_EQ(read_given({folder / "two", folder / "zone"}, bytes), expected) << "listed the other way round";
  }
}

TEST(LineFormats, WhatIsKeptIsDecidedLineByLine) {
  const SharedFolder folder;
  folder.write("in/a.lines", "#lines\n,x,1,one\n,y,2,two\n");
  KeepRule none;
  none.images = false;
  const WholeCorpus read = read_given({folder / "in"}, 9, none);
  EXPECT_EQ(read.accounting, (std::tuple{2, 0, 2, 0, 0}));
  EXPECT_EQ(read.accounts, (Texts{"x 1", "y 2"})) << "accounts are a stream of their own";
}

TEST(LineFormats, ALineThatNoRankWouldHoldIsOneRecord) {
  const SharedFolder folder;
  folder.write("in/a.lines", "#lines\na,x,1,one\n");
  if (testing::world().is_root()) {
    // Zeros, which take no room on the disk.
    std::filesystem::resize_file(folder / "in/a.lines", std::uintmax_t{257} << 20);
    std::ofstream(folder / "in/a.lines", std::ios::app) << "\n,y,2,two\n";
  }
  testing::world().barrier();
  for (const std::int64_t mebibytes : {64, 256}) {
    const WholeCorpus read = read_given({folder / "in"}, mebibytes << 20);
    ASSERT_EQ(read.posts.size(), 2u);
    EXPECT_EQ(read.posts[0], "ig:a x one");
    EXPECT_TRUE(read.posts[1].ends_with(" y two")) << read.posts[1];
    ASSERT_EQ(read.quarantine.size(), 1u);
    EXPECT_EQ(read.quarantine[0].record, 1);
    EXPECT_EQ(read.quarantine[0].reason, "the line is longer than 268435456 bytes");
  }
}

TEST(LineFormats, ARangeOfAFileThatChangedEndsTheRun) {
  const SharedFolder folder;
  folder.write("in/a.lines", "#lines\n,x,1,one\n,y,2,two\n");
  auto units = given_units({folder / "in"}, 10);
  for (Unit& unit : units) unit.file_bytes += 100;
  units.back().bytes += 100;
  set_read_patience(std::chrono::milliseconds(0));
  EXPECT_THROW(read_corpus(*make_single_rank(), units, {{}, 1, testing::given_readers()}), UnavailableError);
  set_read_patience(std::chrono::minutes(1));
}

}  // namespace
}  // namespace shoal
