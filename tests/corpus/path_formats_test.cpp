// A format that is a folder: its reader opens it, and the corpus is the same on any number of ranks.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>

#include "given_formats.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::read_given;
using testing::SharedFolder;
using testing::WholeCorpus;
using testing::world;

constexpr std::int64_t kRange = 16;
using Texts = std::vector<std::string>;

/// The digest of a file of one piece.
std::string digest_of(const std::string& text) {
  const Digest piece = sha256(text);
  return to_hex(sha256(std::string(piece.begin(), piece.end())));
}

void write_export(const SharedFolder& folder, const std::string& name) {
  folder.write(name + "/export.mark", "");
  folder.write(name + "/b/2.part", ",bert,2,two\nbad");
  folder.write(name + "/a.part", "A,anna,1,one\nskip\n");
  folder.write(name + "/photo.jpg", "not read");
}

/// Of what write_export writes.
std::string digest_of_export() {
  return to_hex(sha256(fmt::format("{}\na.part\n{}\nb/2.part\n", digest_of("A,anna,1,one\nskip\n"),
                                   digest_of(",bert,2,two\nbad"))));
}

TEST(PathFormats, AFolderThatItsReaderOpensIsOneFileOfTheCorpus) {
  const SharedFolder folder;
  write_export(folder, "in/mine");
  folder.write("in/z.lines", "#lines\nA,zoe,3,later\nZ,zoe,3,last\n");
  const WholeCorpus read = read_given({folder / "in"}, kRange);
  ASSERT_EQ(read.posts.size(), 3u);
  EXPECT_EQ(read.posts[0], "ig:A anna one");
  const Digest id = sha256(digest_of_export() + "\n2\nmine");
  EXPECT_EQ(read.posts[1], "file:" + to_base32(std::span(id).first(16)) + " bert two");
  EXPECT_EQ(read.accounts, (Texts{"anna 1", "bert 2", "zoe 3"}));
  EXPECT_EQ(read.accounting, (std::tuple{5, 3, 0, 1, 1}));
  ASSERT_EQ(read.quarantine.size(), 1u);
  EXPECT_EQ(read.quarantine[0].file, "mine");
  EXPECT_EQ(read.quarantine[0].record, 3);
  EXPECT_EQ(read.files, 2);
}

TEST(PathFormats, AFoldersDigestIsOfTheFilesThatWereRead) {
  const SharedFolder folder;
  write_export(folder, "in/mine");
  const WholeCorpus read = read_given({folder / "in"}, kRange);
  EXPECT_EQ(read.digest, to_hex(sha256(digest_of_export() + "\nmine\n")));
  EXPECT_EQ(read.bytes, 33);
  folder.write("in/mine/photo.jpg", "still not read");
  EXPECT_EQ(read_given({folder / "in"}, kRange), read);
}

TEST(PathFormats, AFolderIsTheSameHoweverItIsNamed) {
  const SharedFolder folder;
  write_export(folder, "in/mine");
  const WholeCorpus read = read_given({folder / "in"}, kRange);
  for (const char* name : {"in/mine", "in/mine/", "in/*", "in/./mine"}) {
    EXPECT_EQ(read_given({folder / name}, kRange), read) << name;
  }
  EXPECT_EQ(read_given({folder / "in", folder / "in/mine/"}, kRange), read) << "named twice";
}

TEST(PathFormats, AFileThatItsReaderOpensHasTheDigestOfItsBytes) {
  const SharedFolder folder;
  const std::string text = "A,anna,1,longer than a range is\n";
  folder.write("in/a.box", text);
  const WholeCorpus read = read_given({folder / "in"}, kRange);
  EXPECT_EQ(read.posts, Texts{"ig:A anna longer than a range is"});
  EXPECT_EQ(read.digest, to_hex(sha256(digest_of(text) + "\na.box\n")));
  EXPECT_EQ(read.bytes, std::ssize(text));
}

TEST(PathFormats, AFolderThatHasBecomeAFileIsOneRecord) {
  const SharedFolder folder;
  folder.write("in/mine/export.mark", "");
  const auto units = testing::given_units({folder / "in"}, kRange);
  world().barrier();
  if (world().is_root()) {
    std::filesystem::remove_all(folder / "in/mine");
    write_file_durably(folder / "in/mine", "");
  }
  world().barrier();
  const auto shards = shard_by_size(units, world().size());
  const WholeCorpus read = testing::whole(read_corpus(
      world(), shards[static_cast<std::size_t>(world().rank())], {{}, 1, testing::given_readers()}));
  ASSERT_EQ(read.quarantine.size(), 1u);
  EXPECT_EQ(read.quarantine[0].reason, "the file cannot be listed: Not a directory");
}

TEST(PathFormats, WhatCannotBeReadBelowAFolderIsOneRecordWithoutItsPlace) {
  const SharedFolder folder;
  write_export(folder, "in/mine");
  if (world().is_root()) std::filesystem::create_symlink("nowhere", folder / "in/mine/c.part");
  world().barrier();
  const WholeCorpus read = read_given({folder / "in"}, kRange);
  EXPECT_EQ(read.accounting, (std::tuple{1, 0, 0, 0, 1}));
  ASSERT_EQ(read.quarantine.size(), 1u);
  EXPECT_EQ(read.quarantine[0].reason, "'c.part' cannot be opened: No such file or directory");
}

TEST(PathFormats, ASampleTellsOfAllKinds) {
  const SharedFolder folder;
  write_export(folder, "in/mine");
  folder.write("in/a.lines", "#lines\n,x,1,one\n,y,2,two\n");
  folder.write("in/b.json", R"({"alias": "p", "posts": [{}]})");
  const KeepRule keep;
  for (const std::int64_t range : {8, 1000}) {
    const auto units = testing::given_units({folder / "in"}, range);
    const PostSizes sizes =
        sample_posts(*make_single_rank(), units, {.keep = keep, .readers = testing::given_readers()});
    EXPECT_EQ(sizes.files, 33 + 24 + 30) << "ranges of " << range;
    EXPECT_GT(sizes.memory, 5 * static_cast<std::int64_t>(sizeof(Post)));
    EXPECT_GT(sizes.packed, 5 * 40);
  }
}

TEST(PathFormats, OfLargePathsAloneTheSmallestIsTheSample) {
  const SharedFolder folder;
  write_export(folder, "in/mine");
  auto units = testing::given_units({folder / "in"}, 1000);
  ASSERT_EQ(units.size(), 1u);
  units[0].bytes = std::int64_t{9} << 20;
  EXPECT_EQ(sample_posts(*make_single_rank(), units, {.readers = testing::given_readers()}).files, 33);
}

}  // namespace
}  // namespace shoal
