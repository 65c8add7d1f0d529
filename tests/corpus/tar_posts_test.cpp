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
  EXPECT_EQ(result.posts.size(), 5U);
  EXPECT_EQ(result.quarantined_records, 1) << reasons(result);
  for (const char* sentence : {"'a.txt' has no photo beside it", "fields are left out", "not UTF-8",
                               "is a link", "'..'", "two members"})
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

std::string profile(const std::string& alias) {
  return R"({"alias": ")" + alias + R"(", "posts": [{"url": "https://x/p/A)" + alias +
         R"(/"}, {"description": "no code", "filename": "1.jpg"}]})";
}

std::string instaloader(const std::string& code) {
  return R"({"instaloader":{"node_type":"Post","version":"4.10"},"node":{"id":"1","shortcode":")" + code +
         R"(","taken_at_timestamp":1690000000,"edge_media_to_caption":{"edges":[]}}})";
}

TEST(TarOfPosts, AFolderThatWasPackedIsReadAsOne) {
  const ReadResult profiles = read_archive(tarred({{"./bea.json", profile("bea")},
                                                   {"./anna.json", profile("anna")},
                                                   {"./1.jpg", "x"},
                                                   {"./readme.txt", "x"}}));
  EXPECT_EQ(profiles.format, "tar archive");
  ASSERT_EQ(profiles.posts.size(), 4U) << reasons(profiles);
  EXPECT_EQ(profiles.posts[0].post.creator, "anna") << "by name";
  EXPECT_EQ(profiles.posts[3].record, 3);
  EXPECT_TRUE(profiles.quarantined.empty()) << reasons(profiles);
  EXPECT_EQ(profiles.accounts().size(), 2U);

  // What lies beside each photo has its name, as in a WebDataset.
  for (const char* compression : {"", "xz"}) {
    const auto text = [&](const std::string& code) {
      return *compression == '\0' ? instaloader(code) : testing::packed(instaloader(code), compression);
    };
    const std::string suffix = *compression == '\0' ? ".json" : ".json.xz";
    const ReadResult tree = read_archive(tarred({{"anna/2020_UTC.txt", "a caption"},
                                                 {"anna/2020_UTC" + suffix, text("CdE_f-12345")},
                                                 {"anna/2021_UTC.jpg", "x"},
                                                 {"anna/2021_UTC" + suffix, text("CdE_f-12346")},
                                                 {"anna/2020_UTC.jpg", "x"},
                                                 {"anna/broken.json", "{"}}));
    ASSERT_EQ(tree.posts.size(), 2U) << reasons(tree);
    EXPECT_EQ(tree.posts[0].post.shortcode, "CdE_f-12345");
    EXPECT_EQ(tree.posts[0].post.image, "anna/2020_UTC.jpg");
    EXPECT_EQ(tree.quarantined_records, 1);
    EXPECT_NE(reasons(tree).find("in 'anna/broken.json': "), std::string::npos) << reasons(tree);
  }

  ReadRules rules;
  rules.platform = "x";
  rules.columns = {{"id", "id"}};
  EXPECT_EQ(
      read_archive(tarred({{"a.json", R"({"id": 1})"}, {"b.json", R"({"id": 2})"}}), rules).posts.size(), 2U);
}

TEST(TarOfPosts, WhatHidesInAPackedFolderIsQuarantined) {
  const ReadResult result = read_archive(tarred({{"a.json", profile("a")},
                                                 {"../b.json", profile("b")},
                                                 {"c.json", "-> a.json"},
                                                 {"d.tar.xz", "x"},
                                                 {"a.json", profile("other")},
                                                 {"._e.json", "x"}}));
  EXPECT_EQ(result.posts.size(), 2U);
  EXPECT_EQ(result.quarantined_records, 4) << reasons(result);
  for (const char* sentence :
       {"'../b.json' leaves", "'c.json' is a link", "'d.tar.xz' is an archive", "'a.json' has a name"})
    EXPECT_NE(reasons(result).find(sentence), std::string::npos) << sentence << "\n" << reasons(result);
}

TEST(TarOfPosts, TextsAloneAmongSamplesAreNoPosts) {
  const ReadResult result = read_archive(tarred({{"README.txt", "about"},
                                                 {"dataset.json", R"({"caption": "all of it"})"},
                                                 {"1.jpg", "x"},
                                                 {"1.txt", "one"},
                                                 {"2.jpg", "y"},
                                                 {"posts.csv", "filename,description\n3.jpg,three\n"},
                                                 {"classes.csv", "filename,label\n3.jpg,4\n"},
                                                 {"3.cls", "7"}}));
  EXPECT_EQ(result.format, "");
  ASSERT_EQ(result.posts.size(), 2U) << reasons(result);
  EXPECT_EQ(result.posts[0].post.caption, "one");
  EXPECT_EQ(result.posts[1].post.image, "2.jpg");
  EXPECT_EQ(
      reasons(result),
      "'README.txt' has no photo beside it, and is no post\n'dataset.json' has no photo beside it, and is no "
      "post\n'posts.csv' has posts, and lies among photos with their texts; unpack it\n");
}

TEST(TarOfPosts, ADumpThatTheJobMapsIsQuarantinedAmongSamples) {
  ReadRules rules;
  rules.platform = "x";
  rules.columns = {{"id", "id"}, {"caption", "text"}};
  const std::string lines = R"({"id": 1, "text": "a"})"
                            "\n"
                            R"({"id": 2, "text": "b"})"
                            "\n";
  for (const auto& [name, text] : Files{{"tweets.ndjson", lines},
                                        {"old.tweets.json", "[" + lines.substr(0, lines.find('\n')) + "]"},
                                        {"table.csv", "id,text\n1,a\n2,b\n"},
                                        {"table.csv.xz", testing::packed("id,text\n1,a\n2,b\n", "xz")}}) {
    const ReadResult result = read_archive(
        tarred({{"README.txt", "about"}, {"README.png", "x"}, {"photos/1.jpg", "x"}, {name, text}}), rules);
    EXPECT_EQ(result.posts.size(), 2U) << name << "\n" << reasons(result);
    EXPECT_EQ(result.quarantined_records, 1) << name;
    EXPECT_EQ(reasons(result),
              "'" + name + "' has posts, and lies among photos with their texts; unpack it\n");
  }
}

TEST(TarOfPosts, WhatTheJobsMappingDoesNotFitIsLeftAloneAmongSamples) {
  ReadRules rules;
  rules.platform = "x";
  rules.columns = {{"id", "id"}};
  const ReadResult result = read_archive(tarred({{"1.jpg", "x"},
                                                 {"1.json", R"({"id": 1})"},
                                                 {"1.meta.json", R"({"id": 1})"},
                                                 {"classes.csv", "filename,label\n1.jpg,4\n"},
                                                 {"log.ndjson", R"({"status": "ok"})"}}),
                                         rules);
  EXPECT_EQ(result.posts.size(), 1U);
  EXPECT_EQ(reasons(result), "");
}

TEST(TarOfPosts, ACompressedArchiveIsDecodedAsAWhole) {
  const Files folder{
      {"a.json", profile("a")}, {"b.json", profile("b")}, {"c.json", std::string(3000, ' ') + profile("c")}};
  const Files samples{{"1.jpg", std::string(1000, 'x')}, {"1.txt", "one"}, {"2.jpg", "y"}, {"2.txt", "two"}};
  for (const char* filter : {"gzip", "xz", "zstd", "bzip2"}) {
    EXPECT_EQ(read_archive(tarred(folder, {.filter = filter})).posts.size(), 6U) << filter;
    const ReadResult result = read_archive(tarred(samples, {.filter = filter}));
    ASSERT_EQ(result.posts.size(), 2U) << filter << reasons(result);
    EXPECT_EQ(result.posts[1].post.caption, "two");
    EXPECT_EQ(result.posts[1].post.image, "2.jpg");
    const std::string whole = tarred(folder, {.filter = filter});
    const ReadResult cut = read_archive(whole.substr(0, whole.size() - 40));
    EXPECT_EQ(cut.quarantined_records, 1) << filter << reasons(cut);
    EXPECT_NE(reasons(cut).find("data breaks off"), std::string::npos) << filter << reasons(cut);
  }
  const std::string bomb = tarred({{"a.json", std::string(100'000'000, ' ')}}, {.filter = "zstd"});
  ASSERT_LT(bomb.size(), 50'000U);
  EXPECT_NE(reasons(read_archive(bomb)).find("1000 times its size"), std::string::npos);
}

TEST(TarOfPosts, ACompressedArchiveIsFoundByItsName) {
  const ScratchFolder folder;
  for (const char* name : {"a.tgz", "b.tar.gz", "c.TAR.GZ", "d.tgz.txt"})
    write_below(folder.path(), name, tarred({{"a.json", profile(name)}}, {.filter = "gzip"}));
  write_below(folder.path(), "photos.tgz", tarred({{"1.jpg", "x"}}, {.filter = "gzip"}));
  const auto comm = make_single_rank();
  const Corpus corpus = read_corpus(*comm, list_units({{"", folder.path().string()}}).units, {});
  EXPECT_EQ(corpus.accounting.kept, 6);
  EXPECT_EQ(corpus.accounting.quarantined, 1) << "the one whose name does not say what it is";
  EXPECT_EQ(corpus.ignored_files, 1);
  EXPECT_EQ(corpus.formats.at("tar archive").files, 3);
}

TEST(TarOfPosts, AShardOfPhotosAmongPostsIsNoInputAndACompressedOneSaysSo) {
  const ScratchFolder folder;
  write_below(folder.path(), "a/shard.tar", tarred({{"1.jpg", "x"}, {"2.jpg", "y"}}));
  write_below(folder.path(), "a/texts.tar", tarred({{"1.jpg", "x"}, {"1.txt", "text"}}));
  write_below(folder.path(), "a/read-me.tar",
              tarred({{"README.txt", "photos"}, {"LICENSE.md", "x"}, {"2.jpg", "y"}}));
  write_below(folder.path(), "a/more.json.gz",
              tarred({{"1.jpg", "x"}, {"1.txt", "text"}}, {.filter = "gzip"}));
  const auto comm = make_single_rank();
  const auto read = [&](const std::string& name) {
    return read_corpus(*comm, list_units({{"", (folder.path() / name).string()}}).units, {});
  };
  const Corpus corpus = read("a");
  EXPECT_EQ(corpus.accounting.kept, 1);
  EXPECT_EQ(corpus.ignored_files, 2);
  ASSERT_EQ(corpus.quarantine.size(), 1U);
  EXPECT_NE(corpus.quarantine[0].reason.find("compressed tar"), std::string::npos)
      << corpus.quarantine[0].reason;
  EXPECT_EQ(read("a/shard.tar").accounting.quarantined, 1);
}

}  // namespace
}  // namespace shoal
