// WebDataset archives as posts: what their members are called says what belongs together.
#include "tar_posts.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "readers.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/listing.hpp"
#include "support/files.hpp"
#include "support/packed.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

using testing::Files;
using testing::ScratchFolder;
using testing::tarred;
using testing::write_below;

ReadResult read_archive(const std::string& bytes, const ReadRules& rules = {}) {
  const ScratchFolder folder;
  PathSource source(write_below(folder.path(), "00000.tar", bytes), {"00000.tar", &rules});
  return read_tar_of_posts(source);
}

std::string reasons(const ReadResult& result) {
  std::string all;
  for (const QuarantineRow& row : result.quarantined) all += row.reason + "\n";
  return all;
}

TEST(TarOfPosts, ASampleIsAPostWithItsCaptionAndPhoto) {
  const ReadResult result = read_archive(tarred(
      {{"s/000000000.jpg", "\xFF\xD8"},
       {"s/000000000.json",
        R"({"caption": "not this", "url": "https://x.y/a.jpg", "key": "000000000", "status": "success"})"},
       {"s/000000000.txt", "A sea #münchen\n"},
       {"s/000000001.JPG", "\xFF\xD8"},
       {"s/000000001.json", R"({"caption": "from the fields", "url": "https://x.y/b.jpg"})"},
       {"s/2.seg.png", "x"},
       {"s/2.WEBP", "x"},
       {"s/2.cls", "7"},
       {"s/.hidden", "x"},
       {"README", "x"}}));
  ASSERT_EQ(result.posts.size(), 3U);
  EXPECT_EQ(result.posts[0].post.caption, "A sea #münchen");
  EXPECT_EQ(result.posts[0].post.tags, std::vector<std::string>{"münchen"});
  EXPECT_EQ(result.posts[0].post.image, "s/000000000.jpg");
  EXPECT_EQ(result.posts[1].post.caption, "from the fields");
  EXPECT_EQ(result.posts[1].post.image, "s/000000001.JPG");
  EXPECT_EQ(result.posts[2].post.image, "s/2.WEBP");
  EXPECT_EQ(result.posts[2].record, 2);
  EXPECT_TRUE(result.quarantined.empty()) << reasons(result);
}

TEST(TarOfPosts, FieldsAreReadAsTheJobMapsThem) {
  ReadRules rules;
  rules.platform = "flickr";
  rules.columns = {{"id", "photo.id"}, {"likes", "faves"}, {"tags", "words"}};
  const ReadResult result = read_archive(
      tarred({{"1.jpg", "x"}, {"1.json", R"({"photo": {"id": 77}, "faves": 5, "words": ["a", "b"]})"}}),
      rules);
  ASSERT_EQ(result.posts.size(), 1U);
  EXPECT_EQ(result.posts[0].post.id, "flickr:77");
  EXPECT_EQ(result.posts[0].post.likes.value, 5);
  EXPECT_EQ(result.posts[0].post.tags, (std::vector<std::string>{"a", "b"}));
}

TEST(TarOfPosts, MembersInDisorderAreQuarantinedAndNotSplit) {
  const ReadResult result =
      read_archive(tarred({{"a.jpg", "x"}, {"b.jpg", "x"}, {"a.txt", "a"}, {"b.txt", "b"}}));
  EXPECT_TRUE(result.posts.empty());
  EXPECT_EQ(result.quarantined_records, 1);
  EXPECT_NE(reasons(result).find("'a' do not stand together"), std::string::npos) << reasons(result);
}

TEST(TarOfPosts, WhatASampleLacksCostsNoMoreThanThat) {
  const ReadResult result = read_archive(tarred({{"a.txt", "no photo"},
                                                 {"b.jpg", "x"},
                                                 {"b.json", "{\"caption\": "},
                                                 {"c.jpg", "x"},
                                                 {"c.txt", "\xFF\xFE"},
                                                 {"d.jpg", "x"},
                                                 {"d.txt", "-> a.txt"},
                                                 {"../e.jpg", "x"},
                                                 {"../e.txt", "e"},
                                                 {"f.jpg", "x"},
                                                 {"f.png", "x"},
                                                 {"f.jpeg", "x"}}));
  EXPECT_EQ(result.posts.size(), 6U);
  EXPECT_EQ(result.quarantined_records, 0) << reasons(result);
  for (const char* sentence :
       {"has no image", "fields are left out", "not UTF-8", "is a link", "'..'", "two members"})
    EXPECT_NE(reasons(result).find(sentence), std::string::npos) << sentence << "\n" << reasons(result);
}

TEST(TarOfPosts, OfACutArchiveTheSamplesBeforeThatPlaceAreRead) {
  const std::string whole =
      tarred({{"a.jpg", "x"}, {"a.txt", "a"}, {"b.jpg", "x"}, {"b.txt", std::string(2000, 'b')}});
  for (std::size_t size = 2048; size < whole.size(); size += 512) {
    const ReadResult result = read_archive(whole.substr(0, size));
    EXPECT_LE(result.posts.size(), 2U) << size;
    EXPECT_GE(result.posts.size(), 1U) << size;
    EXPECT_LE(result.quarantined_records, 1) << size;
    if (size < 5 * 512) EXPECT_EQ(result.quarantined_records, 1) << size;
  }
}

TEST(TarOfPosts, AShardOfPhotosAmongPostsIsNoInputAndACompressedOneSaysSo) {
  const ScratchFolder folder;
  write_below(folder.path(), "a/shard.tar", tarred({{"1.jpg", "x"}, {"2.jpg", "y"}}));
  write_below(folder.path(), "a/texts.tar", tarred({{"1.jpg", "x"}, {"1.txt", "text"}}));
  write_below(folder.path(), "a/more.tar.gz",
              tarred({{"1.jpg", "x"}, {"1.txt", "text"}}, {.filter = "gzip"}));
  const auto comm = make_single_rank();
  const auto read = [&](const std::string& name) {
    return read_corpus(*comm, list_units({{"", (folder.path() / name).string()}}).units, {});
  };
  const Corpus corpus = read("a");
  EXPECT_EQ(corpus.accounting.kept, 1);
  EXPECT_EQ(corpus.ignored_files, 1);
  ASSERT_EQ(corpus.quarantine.size(), 1U);
  EXPECT_NE(corpus.quarantine[0].reason.find("compressed tar"), std::string::npos)
      << corpus.quarantine[0].reason;
  EXPECT_EQ(read("a/shard.tar").accounting.quarantined, 1);
}

}  // namespace
}  // namespace shoal
