// Compressed files give the posts of their texts, whatever their names; cut, damaged and hostile ones say so.
#include "compressed_posts.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "csv_records.hpp"
#include "decoder.hpp"
#include "post_digest.hpp"
#include "read_unit.hpp"
#include "readers.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/listing.hpp"
#include "support/files.hpp"
#include "support/packed.hpp"
#include "support/scratch_folder.hpp"
#include "table_formats.hpp"

namespace shoal {
namespace {

using testing::packed;
using testing::ScratchFolder;
using testing::write_below;

constexpr std::array kCompressions{"gzip", "xz", "zstd", "bzip2"};

std::string item(int number) {
  return fmt::format(
      R"({{"item_id":"{0}_1","source_platform":"instagram.com","timestamp_collected":1700000000000,"data":{{"pk":"{0}","code":"C{0:010}","taken_at":1690000000,"like_count":{0},"caption":{{"text":"no. {0} #sea"}}}}}})",
      number);
}

std::string items(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += item(i) + "\n";
  return text;
}

std::string table(int rows) {
  std::string text = "filename,tags,description\n";
  for (int i = 0; i < rows; ++i) text += fmt::format("{0}.jpg,a|b,\"line\nof {0}\"\n", i);
  return text;
}

std::string dump(int posts) {
  std::string text;
  for (int i = 0; i < posts; ++i) {
    text += fmt::format(
        "\nMedia Info:\n'Id: {0}\nShortcode: D{0:010}\nCreated at: 1690000000\nCaption: a\nb {0} #x\nNumber "
        "of comments: "
        "0\nNumber of likes: {0}\nLink: https://www.instagram.com/p/D{0:010}\nHig res image: "
        "https://x.y/{0}.jpg\nMedia "
        "type: image\nAccount info:\nId 7\n--------------------------------------------------\n",
        i);
  }
  return text;
}

std::string instaloader(const std::string& code) {
  return R"({"instaloader":{"node_type":"Post","version":"4.10"},"node":{"id":"1","shortcode":")" + code +
         R"(","taken_at_timestamp":1690000000,"edge_media_to_caption":{"edges":[]}}})";
}

void expect_same(const ReadResult& one, const ReadResult& other, const std::string& what) {
  ASSERT_EQ(one.posts.size(), other.posts.size()) << what;
  for (std::size_t i = 0; i < one.posts.size(); ++i) {
    EXPECT_EQ(one.posts[i].record, other.posts[i].record) << what;
    EXPECT_EQ(one.posts[i].post.caption, other.posts[i].post.caption) << what;
    EXPECT_EQ(one.posts[i].post.shortcode, other.posts[i].post.shortcode) << what;
    EXPECT_EQ(one.posts[i].post.tags, other.posts[i].post.tags) << what;
  }
  EXPECT_EQ(one.records, other.records) << what;
  EXPECT_EQ(one.quarantined_records, other.quarantined_records) << what;
  EXPECT_EQ(one.quarantined, other.quarantined) << what;
  EXPECT_EQ(one.accounts().size(), other.accounts().size()) << what;
}

TEST(CompressedPosts, AreThoseOfTheText) {
  for (const std::string& text :
       {items(3), "\xEF\xBB\xBF" + items(2) + "no json\n" + item(9), table(5), dump(4),
        instaloader("CdE_f-12345"), std::string("{a,b}\n{c}"), std::string("words\n")}) {
    const ReadResult plain = read_posts(text);
    for (const char* compression : kCompressions)
      expect_same(read_posts(packed(text, compression)), plain, compression + text.substr(0, 40));
  }
}

TEST(CompressedPosts, AreReadInPartsThatEndWhereRecordsDo) {
  // More than what shows the format.
  for (const std::string& text :
       {items(600), dump(600), table(4000), items(300) + "\n\nbad\n" + items(300)}) {
    ASSERT_GT(text.size(), kRecognisedBytes);
    const ReadResult plain = read_posts(text);
    const std::string bytes = packed(text, "zstd");
    const TextPieces pieces = [&](std::int64_t offset) {
      return std::string_view(bytes).substr(static_cast<std::size_t>(offset), 100);
    };
    for (const std::int64_t part : {1, 37, 1000, 100'000})
      expect_same(read_compressed_posts(pieces, {}, post_readers(), {.part = part}), plain,
                  text.substr(0, 40));
  }
}

/// How many bytes a search for records has looked through.
std::size_t bytes_looked_at = 0;

/// Tables as they are read, with their searches counted.
std::span<const PostReader> counted_tables() {
  static constexpr RecordStarts kCounted{[](std::string_view lines, std::string_view beginning, bool inside) {
                                           const std::size_t rest =
                                               kCsvRecords.rest_of_record(lines, beginning, inside);
                                           bytes_looked_at += std::min(rest, lines.size());
                                           return rest;
                                         },
                                         [](std::string_view lines, std::string_view beginning) {
                                           bytes_looked_at += lines.size();
                                           return kCsvRecords.inside_behind(lines, beginning);
                                         }};
  static const std::array kReaders{PostReader{
      "table", ".csv",
      LineRanges{[](const FileBeginning&) { return true; },
                 [](const LineRange& range) { return read_table(kImageTable, range); }, &kCounted}}};
  return kReaders;
}

TEST(CompressedPosts, OfLongCellsAreFoundInAFewLooksAtEachByte) {
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += fmt::format("line {}, \"\"said\"\"\n", i);
  const std::string letters(2'000'000, 'x');
  // Many short rows, and a cell over many parts: of many lines, of one.
  const std::string text = table(20'000) + "l.jpg,a,\"" + lines + "\"\n" + table(20'000) + "m.jpg,b,\"" +
                           letters + "\"\nn.jpg,c,\"" + lines + letters + "\"\n" + table(100);
  const std::string bytes = packed(text, "zstd");
  const TextPieces pieces = [&](std::int64_t offset) {
    return std::string_view(bytes).substr(static_cast<std::size_t>(offset));
  };
  const ReadResult plain = read_posts(text);
  ASSERT_EQ(plain.posts.size(), 40'103U);
  for (const std::int64_t part : {16'384, 150'000, 1'000'000, 20'000'000}) {
    bytes_looked_at = 0;
    expect_same(read_compressed_posts(pieces, {}, counted_tables(), {.part = part}), plain,
                fmt::to_string(part));
    EXPECT_LT(bytes_looked_at, 6 * text.size()) << part;
  }
}

TEST(CompressedPosts, ARecordThatIsTooLongCostsItselfAlone) {
  const std::string rows = table(3'000);
  const auto read = [](const std::string& text, std::int64_t part) {
    const std::string bytes = packed(text, "zstd");
    const TextPieces pieces = [&](std::int64_t offset) {
      return std::string_view(bytes).substr(static_cast<std::size_t>(offset));
    };
    return read_compressed_posts(pieces, {}, post_readers(), {.part = part, .longest_record = 300'000});
  };
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += fmt::format("line {}\n", i);
  for (const std::int64_t part : {1'000, 70'000, 10'000'000}) {
    for (const std::string& cell : {lines, std::string(2'000'000, 'x')}) {
      const ReadResult result = read(rows + "l.jpg,a,\"" + cell + "\"\n" + rows, part);
      if (part > 1'000'000) {  // held whole: no search for its end was needed
        EXPECT_EQ(result.posts.size(), 6'001U);
        continue;
      }
      EXPECT_EQ(result.posts.size(), 6'000U);
      ASSERT_EQ(result.quarantined.size(), 2U) << part << ": the record, and the second header";
      EXPECT_EQ(result.quarantined[0].reason, "the record is longer than 300000 bytes");
    }
    const ReadResult result = read(items(600) + std::string(2'000'000, 'x') + "\n" + items(600), part);
    EXPECT_EQ(result.posts.size(), 1'200U);
    EXPECT_EQ(result.quarantined_records, 1);
  }
}

TEST(CompressedPosts, OfAFileThatBreaksOffAreThoseBeforeThatPlace) {
  for (const std::string& text : {items(200), dump(200), table(200)}) {
    for (const char* compression : {"gzip", "xz"}) {
      const std::string whole = packed(text, compression);
      for (const std::size_t size : {whole.size() - 1, whole.size() / 2, whole.size() / 8}) {
        const ReadResult cut = read_posts(whole.substr(0, size));
        const std::string what = fmt::format("{} {} {}", compression, size, text.substr(0, 12));
        EXPECT_LE(cut.posts.size(), 200U) << what;
        EXPECT_EQ(cut.quarantined_records, 1) << what;
        ASSERT_EQ(cut.quarantined.size(), 1U) << what;
        EXPECT_NE(cut.quarantined[0].reason.find("data breaks off"), std::string::npos)
            << cut.quarantined[0].reason;
        // Each is one of the text, to its last letter.
        const ReadResult plain = read_posts(text);
        for (std::size_t i = 0; i < cut.posts.size(); ++i)
          EXPECT_EQ(cut.posts[i].post.caption, plain.posts[i].post.caption) << what;
      }
    }
    // Only the checksum is missing.
    const std::string whole = packed(text, "gzip");
    EXPECT_GE(read_posts(whole.substr(0, whole.size() - 8)).posts.size(), 199U) << text.substr(0, 12);
  }
}

TEST(CompressedPosts, OfAJsonDocumentThatBreaksOffCostOneRecord) {
  const std::string text = "[" + item(1) + "," + item(2) + "," + item(3) + "]";
  const std::string whole = packed(text, "gzip", "0");
  const ReadResult cut = read_posts(whole.substr(0, whole.size() - 100));
  EXPECT_EQ(cut.posts.size(), 2U);
  EXPECT_EQ(cut.quarantined_records, 1);
  const std::string one = packed(instaloader("CdE_f-12345"), "xz");
  const ReadResult single = read_posts(one.substr(0, one.size() - 40));
  EXPECT_TRUE(single.posts.empty());
  EXPECT_EQ(single.quarantined_records, 1);
}

TEST(CompressedPosts, OfADamagedFileAreQuarantinedWithASentence) {
  for (const char* compression : kCompressions) {
    const std::string whole = packed(items(400), compression);
    std::size_t told = 0;
    for (std::size_t at = 20; at < whole.size(); at += whole.size() / 16) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
      const ReadResult read = read_posts(damaged);
      told += read.quarantined_records > 0 ? 1U : 0U;
      EXPECT_LE(read.posts.size(), 400U);
    }
    EXPECT_GE(told, 10U) << compression;
  }
}

TEST(CompressedPosts, AChecksumThatIsWrongIsTold) {
  std::string whole = packed(items(3), "gzip");
  whole[whole.size() - 6] = static_cast<char>(whole[whole.size() - 6] ^ 1);
  const ReadResult read = read_posts(whole);
  EXPECT_EQ(read.quarantined_records, 1);
  EXPECT_NE(read.quarantined[0].reason.find("damaged"), std::string::npos) << read.quarantined[0].reason;
}

TEST(CompressedPosts, MembersBehindEachOtherAreOneText) {
  for (const char* compression : kCompressions) {
    const ReadResult read = read_posts(packed(items(2), compression) + packed(item(7) + "\n", compression));
    EXPECT_EQ(read.posts.size(), 3U) << compression;
    EXPECT_EQ(read.quarantined_records, 0) << compression;
  }
  EXPECT_EQ(read_posts(packed(items(2), "gzip") + std::string(512, '\0')).quarantined_records, 0);
  EXPECT_EQ(read_posts(packed(items(2), "gzip") + "more").quarantined_records, 1);
}

TEST(CompressedPosts, AFileThatFillsMemoriesIsStopped) {
  const std::string line = items(1);
  std::string spaces(static_cast<std::size_t>(kTrustedDecoded) * 2, ' ');
  spaces += line;
  const std::string bomb = packed(spaces, "zstd");
  ASSERT_LT(bomb.size(), 200'000U);
  const ReadResult read = read_posts(bomb);
  EXPECT_TRUE(read.posts.empty());
  ASSERT_EQ(read.quarantined_records, 1);
  // Text of another kind would be stopped with the same sentence.
  std::string lines = line;
  lines.resize(static_cast<std::size_t>(kTrustedDecoded) * 2, '\n');
  const ReadResult of_lines = read_posts(packed(lines, "zstd"));
  EXPECT_EQ(of_lines.posts.size(), 1U);
  ASSERT_EQ(of_lines.quarantined.size(), 1U);
  EXPECT_NE(of_lines.quarantined[0].reason.find("1000 times"), std::string::npos)
      << of_lines.quarantined[0].reason;
}

TEST(CompressedPosts, WhatIsCompressedTwiceOrHoldsNoPostsSaysSo) {
  const auto reason = [](const std::string& bytes) {
    const ReadResult read = read_posts(bytes);
    EXPECT_EQ(read.quarantined_records, 1);
    return read.quarantined.empty() ? std::string() : read.quarantined[0].reason;
  };
  EXPECT_NE(reason(packed(packed(items(1), "gzip"), "xz")).find("more than once"), std::string::npos);
  EXPECT_EQ(reason(packed("", "gzip")), "the file is empty");
  EXPECT_NE(reason("\x1F\x8B").find("cannot be unpacked"), std::string::npos);
  EXPECT_NE(reason(packed("<html>", "xz")).find("HTML"), std::string::npos);
}

TEST(CompressedPosts, AreFoundInFoldersByTheSuffixBelowTheOther) {
  const ScratchFolder folder;
  const std::string xz = packed(instaloader("CdE_f-12345"), "xz");
  write_below(folder.path(), "a/2020-01-01_00-00-00_UTC.json.xz", xz);
  write_below(folder.path(), "a/b.NDJSON.GZ", packed(items(2), "gzip"));
  write_below(folder.path(), "a/c.xz", xz);
  write_below(folder.path(), "a/d.jpg.gz", xz);
  const Listing listing = list_units({{"", folder.path().string()}});
  ASSERT_EQ(listing.units.size(), 2U);
  EXPECT_EQ(listing.ignored_files, 2);
  EXPECT_EQ(listing.units[0].relative, "a/2020-01-01_00-00-00_UTC.json.xz");
  const UnitContent content = read_unit(listing.units[0], post_readers());
  ASSERT_EQ(content.result.posts.size(), 1U);
  EXPECT_EQ(content.result.posts[0].post.image, "a/2020-01-01_00-00-00_UTC.jpg");
  EXPECT_EQ(content.digest, digest_by_pieces(xz)) << "of the compressed bytes";
  EXPECT_EQ(content.bytes, std::ssize(xz));
}

TEST(CompressedPosts, OfALargeFileAreReadWithoutItsBytesInMemory) {
  const ScratchFolder folder;
  const std::string text = items(static_cast<int>(kLargestHeld / 200));
  const std::string stored = packed(text, "gzip", "0");
  ASSERT_GT(std::ssize(stored), kLargestHeld);
  write_below(folder.path(), "a.ndjson.gz", stored);
  const Listing listing = list_units({{"", folder.path().string()}});
  const UnitContent content = read_unit(listing.units.at(0), post_readers());
  expect_same(content.result, read_posts(text), "large");
  EXPECT_EQ(content.digest, digest_by_pieces(stored));
}

TEST(Instaloader, WhatLiesBesideThePostsIsPassedOver) {
  std::string nodes(100'000, 'x');
  for (const std::string& text :
       {std::string(
            R"([{"id": 17, "created_at": 1690000000, "text": "hi #no", "owner": {"id": "1", "username": "a"},
                        "likes_count": 2, "answers": [{"id": 18, "text": "x"}]}])"),
        R"({"node": {"query_hash": "x", "remaining_data": {"edges": [{"node": {"caption": ")" + nodes +
            R"("}}]}, "first_node": {"id": "1", "shortcode": "CdE_f-12345"}},
            "instaloader": {"version": "4.10", "node_type": "FrozenNodeIterator"}})",
        std::string(R"({"instaloader": {"node_type": "Profile"}, "node": {"id": "1", "username": "a"}})")}) {
    for (const std::string& bytes : {text, packed(text, "xz")}) {
      const ReadResult read = read_posts(bytes);
      EXPECT_TRUE(read.posts.empty()) << text.substr(0, 60);
      EXPECT_EQ(read.quarantined_records, 0) << text.substr(0, 60);
      EXPECT_FALSE(read.unrecognised) << text.substr(0, 60);
    }
  }
}

Corpus corpus_of(const std::filesystem::path& path) {
  const auto comm = make_single_rank();
  return read_corpus(*comm, list_units({{"", path.string()}}).units, {});
}

TEST(Instaloader, CaptionsWithCommasAreNoTables) {
  const ScratchFolder folder;
  write_below(folder.path(), "a/2020-01-01_00-00-00_UTC.json.xz", packed(instaloader("CdE_f-12345"), "xz"));
  write_below(folder.path(), "a/2020-01-01_00-00-00_UTC.txt", "Sun, sea\nand sand, and more, of it");
  write_below(folder.path(), "a/table.txt", "one,two\n1,2\n");
  const Corpus corpus = corpus_of(folder.path() / "a");
  EXPECT_EQ(corpus.accounting.kept, 1);
  EXPECT_EQ(corpus.ignored_files, 1);
  EXPECT_EQ(corpus.accounting.quarantined, 1) << "a table that nobody has mapped";
}

TEST(TextsOfNoFormat, AreIgnoredWhereASearchFindsThemAndQuarantinedWhereTheJobNamesThem) {
  const ScratchFolder folder;
  write_below(folder.path(), "a/2020-01-01_00-00-00_UTC.json", instaloader("CdE_f-12345"));
  write_below(folder.path(), "a/2020-01-01_00-00-00_UTC.txt", "a caption\n");
  write_below(folder.path(), "a/posts.txt", "{a,b}\n");
  write_below(folder.path(), "a/bad.json", "words");
  const Corpus corpus = corpus_of(folder.path() / "a");
  EXPECT_EQ(corpus.accounting.kept, 2);
  EXPECT_EQ(corpus.accounting.quarantined, 1) << "bad.json";
  EXPECT_EQ(corpus.ignored_files, 1);
  EXPECT_EQ(corpus.files, 3);
  const Corpus named = corpus_of(folder.path() / "a/2020-01-01_00-00-00_UTC.txt");
  EXPECT_EQ(named.accounting.quarantined, 1);
  EXPECT_EQ(named.ignored_files, 0);
}

}  // namespace
}  // namespace shoal
