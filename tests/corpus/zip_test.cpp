// Zip archives that are not unpacked: as posts, as images, and as those who make them to do harm leave them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "readers.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/image_index.hpp"
#include "shoal/corpus/listing.hpp"
#include "support/counted_memory.hpp"
#include "support/files.hpp"
#include "support/packed.hpp"
#include "support/scratch_folder.hpp"
#include "zip_index.hpp"
#include "zip_posts.hpp"

namespace shoal {
namespace {

using testing::Files;
using testing::packed;
using testing::ScratchFolder;
using testing::write_below;
using testing::zipped;

std::string entry(const std::string& uri, const std::string& title) {
  return R"([{"media":[{"uri":")" + uri + R"(","creation_timestamp":1673000000,"title":")" + title +
         R"("}]}])";
}

std::string post(const std::string& code) {
  return R"({"instaloader":{"node_type":"Post","version":"4.10"},"node":{"id":"1","shortcode":")" + code +
         R"(","taken_at_timestamp":1690000000,"edge_media_to_caption":{"edges":[]}}})";
}

std::string image(const std::string& rest) { return "\xFF\xD8\xFF\xE0" + rest; }

TarSource source_of(const std::string& bytes) {
  return [&bytes](std::uint64_t offset, std::span<std::byte> into) {
    if (offset >= bytes.size()) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(into.size(), bytes.size() - offset);
    std::memcpy(into.data(), bytes.data() + offset, count);
    return count;
  };
}

/// Of an archive in a file.
ReadResult read_archive(const std::string& bytes) {
  const ScratchFolder folder;
  PathSource source(write_below(folder.path(), "a.zip", bytes), {"a.zip"});
  return read_zip_of_posts(source);
}

Corpus read(const std::filesystem::path& path) {
  const auto comm = make_single_rank();
  return read_corpus(*comm, list_units({{"", path.string()}}).units, {});
}

TEST(ZipOfPosts, MembersAreReadAsFilesByTheirNames) {
  for (const char* method : {"store", "deflate"}) {
    const std::string bytes =
        zipped({{"z/content/posts_1.json", entry("media/posts/1.jpg", "z")},
                {"a/2020-01-01_00-00-00_UTC.json.xz", packed(post("CdE_f-12345"), "xz")},
                {"a/2020-01-01_00-00-00_UTC.txt", "a caption"},
                {"connections/followers_1.json", R"([{"string_list_data":[{"href":"x"}]}])"},
                {"media/posts/1.jpg", image("1")},
                {"__MACOSX/a/._posts_1.json", std::string("\0\5\x16\7", 4)},
                {"m/bad.json", "[" + entry("media/posts/2.jpg", "cut").substr(1, 40)}},
               {.method = method});
    const ReadResult result = read_archive(bytes);
    ASSERT_EQ(result.posts.size(), 2U) << method;
    EXPECT_EQ(result.posts[0].post.shortcode, "CdE_f-12345");
    EXPECT_EQ(result.posts[0].post.image, "a/2020-01-01_00-00-00_UTC.jpg");
    EXPECT_EQ(result.posts[1].post.caption, "z");
    EXPECT_EQ(result.posts[1].post.image, "z/media/posts/1.jpg");
    EXPECT_LT(result.posts[0].record, result.posts[1].record) << "numbers run through";
    ASSERT_EQ(result.quarantined.size(), 1U);
    EXPECT_TRUE(result.quarantined[0].reason.starts_with("in 'm/bad.json': "))
        << result.quarantined[0].reason;
  }
}

TEST(ZipOfPosts, IsAnInputOfItsOwnAndImagesAloneAreNone) {
  const ScratchFolder folder;
  write_below(folder.path(), "a/export.zip", zipped({{"posts_1.json", entry("media/posts/1.jpg", "hello")}}));
  write_below(
      folder.path(), "a/images.zip",
      zipped(
          {{"1.jpg", image("1")},
           {".metadata.json",
            R"({"https://x/1.jpg": {"filename": "1.jpg", "success": true, "from_dataset": "a", "post_ids": ["1"]}})"}}));
  const Corpus corpus = read(folder.path() / "a");
  EXPECT_EQ(corpus.accounting.kept, 1);
  EXPECT_EQ(corpus.accounting.quarantined, 0);
  EXPECT_EQ(corpus.ignored_files, 0) << "images.zip has a list that is known";
  write_below(folder.path(), "a/more.zip", zipped({{"1.jpg", image("1")}}));
  EXPECT_EQ(read(folder.path() / "a").ignored_files, 1);
  EXPECT_EQ(read(folder.path() / "a").accounting.quarantined, 0);
  EXPECT_EQ(read(folder.path() / "a/more.zip").accounting.quarantined, 1) << "the job names it";
}

TEST(ZipOfPosts, WhatHidesInAnArchiveIsQuarantinedWithASentence) {
  const std::string good = entry("media/posts/1.jpg", "good");
  const auto reasons = [&](const std::string& bytes, std::size_t posts) {
    const ReadResult result = read_archive(bytes);
    EXPECT_EQ(result.posts.size(), posts);
    EXPECT_EQ(result.quarantined_records, std::ssize(result.quarantined));
    std::string all;
    for (const QuarantineRow& row : result.quarantined) all += row.reason + "\n";
    return all;
  };
  const std::string mixed = reasons(zipped({{"a.json", good},
                                            {"../b.json", good},
                                            {"/c.json", good},
                                            {"d.json", "-> a.json"},
                                            {"e.zip", zipped({{"a.json", good}})},
                                            {"f.tar.gz", "x"},
                                            {"a.json", good}}),
                                    1);
  for (const char* sentence :
       {"'../b.json' leaves its folder by '..'", "'d.json' is a link", "'e.zip' is an archive in",
        "'f.tar.gz' is an archive in", "'a.json' has a name that another one"}) {
    EXPECT_NE(mixed.find(sentence), std::string::npos) << sentence << "\n" << mixed;
  }
  const std::string secret = zipped({{"a.json", good}}, {.password = "x"});
  EXPECT_NE(reasons(secret, 0).find("'a.json' is encrypted"), std::string::npos);
}

TEST(ZipOfPosts, ADirectoryThatLiesCostsWhatItLiesAbout) {
  const std::string good = entry("media/posts/1.jpg", "good");
  const std::string whole = zipped({{"a.json", good}, {"b.json", good}}, {.method = "store"});
  ASSERT_EQ(read_archive(whole).posts.size(), 2U);
  const std::size_t directory = whole.find("PK\x01\x02");
  const auto patched = [&](std::size_t at, const std::string& bytes) {
    std::string lying = whole;
    lying.replace(at, bytes.size(), bytes);
    return read_archive(lying);
  };
  const std::size_t second = whole.find("PK\x01\x02", directory + 4);
  // b.json where a.json is, as archives do that unpack to more than any disk has.
  const ReadResult overlapping = patched(second + 42, std::string(4, '\0'));
  EXPECT_EQ(overlapping.posts.size(), 1U);
  EXPECT_EQ(overlapping.quarantined_records, 1);
  EXPECT_NE(overlapping.quarantined[0].reason.find("shares its place"), std::string::npos);
  // Behind the end; another length; more entries than there are; another place.
  EXPECT_EQ(patched(second + 42, "\xF0\xFF\xFF\x7F").quarantined_records, 1);
  EXPECT_EQ(patched(second + 24, "\x01").quarantined_records, 1);
  EXPECT_EQ(patched(second + 24, std::string("\xFF\xFF\x3F\x00", 4)).quarantined_records, 1);
  const std::size_t end = whole.rfind("PK\x05\x06");
  EXPECT_EQ(patched(end + 10, std::string("\x09\x00", 2)).posts.size(), 2U);
  EXPECT_EQ(patched(end + 10, std::string("\x09\x00", 2)).quarantined_records, 1);
  EXPECT_EQ(patched(end + 16, "\xFF\xFF").quarantined_records, 1);
  // Other bytes than the checksum is of, another name in the own header.
  EXPECT_EQ(patched(whole.find("good"), "evil").quarantined_records, 1);
  EXPECT_EQ(patched(whole.find("b.json"), "c.json").quarantined_records, 1);
  for (std::size_t size = 0; size < whole.size(); size += 9) {
    const ReadResult cut = read_archive(whole.substr(0, size));
    EXPECT_EQ(cut.posts.size(), 0U) << size;
    EXPECT_EQ(cut.quarantined_records, 1) << size;
  }
}

TEST(ZipOfPosts, ADeflatedMemberThatUnpacksToMoreThanItSaysIsDamaged) {
  std::string large(1'000'000, ' ');
  std::string bytes = zipped({{"a.json", large + "[]"}});
  const std::size_t directory = bytes.find("PK\x01\x02");
  bytes.replace(directory + 24, 4, std::string("\x10\0\0\0", 4));
  const ReadResult result = read_archive(bytes);
  ASSERT_EQ(result.quarantined.size(), 1U);
  EXPECT_NE(result.quarantined[0].reason.find("damaged"), std::string::npos);
}

/// An archive with a number of its first member put into another: in its own header, and in the directory.
std::string with_number(std::string bytes, std::size_t in_header, std::size_t in_directory,
                        std::uint32_t number) {
  const auto put = [&](std::size_t at) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(number >> (8 * i));
  };
  if (in_header != 0) put(in_header);
  if (in_directory != 0) put(bytes.find("PK\x01\x02") + in_directory);
  return bytes;
}
constexpr std::size_t kPackedInHeader = 18;
constexpr std::size_t kBytesInHeader = 22;
constexpr std::size_t kPackedInDirectory = 20;
constexpr std::size_t kBytesInDirectory = 24;

TEST(ZipOfPosts, TakesNoMemoryForWhatADirectoryClaims) {
  const ScratchFolder folder;
  // Letters that hardly shrink.
  std::string letters;
  std::uint32_t state = 1;
  for (int i = 0; i < 1'000'000; ++i)
    letters += static_cast<char>('a' + (state = state * 1664525U + 1013904223U) % 25U);
  const std::string large = zipped({{"a.json", letters}}, {.method = "deflate"});
  const std::string small = zipped({{"a.json", "[]"}}, {.method = "deflate"});
  std::string empty(8'000'000, '\0');
  empty += zipped({{"a.json", "[]"}});
  empty.erase(8'000'000, empty.rfind("PK\x05\x06") - 8'000'000);  // its end alone
  empty.replace(0, 4, "PK\x03\x04");
  const auto put = [&](std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i) empty[8'000'000 + at + i] = static_cast<char>(number >> (8 * i));
  };
  put(12, 8'000'000);
  put(16, 0);
  for (const auto& [bytes, sentence] : std::vector<std::pair<std::string, std::string>>{
           {with_number(small, 0, kBytesInDirectory, 1U << 30U), "which cannot be"},
           {with_number(large, 0, kBytesInDirectory, 600'000'000), "is damaged"},
           {empty, "its directory has 0 entries of the 1 that it announces"}}) {
    PathSource source(write_below(folder.path(), "a.zip", bytes), {"a.zip"});
    ReadResult result;
    EXPECT_LT(testing::peak_of([&] { result = read_zip_of_posts(source); }), 6'000'000) << sentence;
    ASSERT_EQ(result.quarantined.size(), 1U) << sentence;
    EXPECT_NE(result.quarantined[0].reason.find(sentence), std::string::npos) << result.quarantined[0].reason;
  }
}

TEST(ZipOfPosts, WhatUnpacksToAThousandTimesItsSizeIsNoText) {
  const ReadResult result = read_archive(
      zipped({{"a.json", std::string(70'000'000, ' ') + "[]"}, {"b.json", entry("media/posts/1.jpg", "b")}}));
  EXPECT_EQ(result.posts.size(), 1U);
  ASSERT_EQ(result.quarantined.size(), 1U);
  EXPECT_NE(result.quarantined[0].reason.find("1000 times its size"), std::string::npos);
}

TEST(ZipOfPosts, AMemberIsWhatItsOwnHeaderAndTheDirectoryAgreeOn) {
  const std::string good = entry("media/posts/1.jpg", "good");
  const auto reason = [](const std::string& bytes) {
    const ReadResult result = read_archive(bytes);
    EXPECT_TRUE(result.posts.empty());
    return result.quarantined.size() == 1 ? result.quarantined[0].reason : std::string("several");
  };
  const auto bytes = static_cast<std::uint32_t>(good.size());
  // Sizes and sum in front of the bytes, as programs write them that know these beforehand.
  std::string stored = zipped({{"a.json", good}}, {.method = "store"});
  stored[6] = static_cast<char>(stored[6] & ~0x08);
  stored.replace(14, 12, stored.substr(stored.find("PK\x01\x02") + 16, 12));
  ASSERT_EQ(read_archive(with_number(stored, kPackedInHeader, kPackedInDirectory, bytes)).posts.size(), 1U);
  EXPECT_NE(reason(with_number(stored, kPackedInHeader, 0, bytes - 1)).find("another size in its own header"),
            std::string::npos);
  EXPECT_NE(reason(with_number(stored, kBytesInHeader, 0, bytes - 1)).find("another size in its own header"),
            std::string::npos);
  EXPECT_NE(reason(with_number(stored, 0, kPackedInDirectory, bytes - 1)).find("which cannot be"),
            std::string::npos);
  // No byte behind those that the directory gives a member is its own.
  const std::string deflated = zipped({{"a.json", good}}, {.method = "deflate"});
  const std::size_t directory = deflated.find("PK\x01\x02");
  const auto packed =
      static_cast<std::uint32_t>(static_cast<unsigned char>(deflated[directory + kPackedInDirectory]));
  ASSERT_LT(packed, 255U);
  ASSERT_EQ(read_archive(with_number(deflated, 0, kPackedInDirectory, packed)).posts.size(), 1U);
  EXPECT_NE(reason(with_number(deflated, 0, kPackedInDirectory, packed - 1)).find("damaged"),
            std::string::npos);
}

TEST(ZipOfPosts, HoldsItsLargestTextUnpacked) {
  const ScratchFolder folder;
  std::string spaces(3'000'000, ' ');
  const auto held = [&](const Files& files, const char* method) {
    write_below(folder.path(), "a.zip", zipped(files, {.method = method}));
    const auto units = list_units({{"", (folder.path() / "a.zip").string()}}).units;
    return held_while_parsed(units.at(0));
  };
  EXPECT_EQ(held({{"a.json", spaces}, {"b.txt", spaces + "x"}, {"c.jpg", spaces + spaces}}, "deflate"),
            3'000'001);
  EXPECT_EQ(held({{"a.json", "[]"}, {"c.jpg", spaces}}, "store"), 2);
  EXPECT_EQ(held({{"a.json.xz", std::string(1000, 'x')}}, "store"), 17'000);
  EXPECT_EQ(held({{"../a.json", "[]"}, {"c.zip", spaces}}, "store"), 2);
}

TEST(ZipIndex, SurvivesEveryDamagedByte) {
  const std::string whole = zipped({{"a.json", std::string(300, 'x')}, {"dir/b.txt", "text"}});
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const unsigned mask : {0xFFU, 0x01U, 0x80U}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ mask);
      const TarSource source = source_of(bytes);
      for (const ZipEntry& member : index_zip(source, bytes.size()).members) {
        if (!member.fault.empty() || member.bytes > 10'000) continue;
        const ZipText text = read_zip_member(source, member.header, member.bytes);
        EXPECT_TRUE(!text.fault.empty() || text.text.size() == member.bytes);
        begin_zip_member(source, member, 32);
      }
    }
  }
}

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ImageIndex index_of(const std::vector<Post>& posts, const ImageReader& images) {
  const auto comm = make_single_rank();
  return index_images(
      *comm, posts, BlockPartition(std::ssize(posts), 1), images,
      [](std::span<const std::byte> bytes) {
        return bytes[0] == std::byte{0xFF} ? std::string() : std::string("is no image");
      },
      1);
}

Post with_image(const std::string& name) {
  Post post;
  post.image = name;
  return post;
}

TEST(ZipOfImages, IsAShardWhoseMembersHaveTheirPathsAsNames) {
  for (const char* method : {"store", "deflate"}) {
    const ScratchFolder folder;
    const std::string large = image(std::string(100'000, 'b'));
    write_below(folder.path(), "images/a.zip",
                zipped({{"media/1.jpg", image("1")},
                        {"./media/2.jpg", large},
                        {"text.jpg", "no"},
                        {"l.jpg", "-> media/1.jpg"}},
                       {.method = method}));
    const ImageReader images(list_image_sources({{"", (folder.path() / "images").string()}}));
    ASSERT_EQ(images.sources().size(), 2U);
    const std::vector<Post> posts{with_image("media/1.jpg"), with_image("media/2.jpg"),
                                  with_image("text.jpg"), with_image("l.jpg"), with_image("none.jpg")};
    const ImageIndex index = index_of(posts, images);
    EXPECT_EQ(index.members, 4);
    EXPECT_EQ(index.slides.states,
              (std::vector<ImageState>{ImageState::present, ImageState::present, ImageState::unreadable,
                                       ImageState::unreadable, ImageState::missing}));
    ASSERT_EQ(index.at_home.size(), 2U);
    EXPECT_EQ(text_of(images.read(index.at_home[0].ref)), image("1"));
    EXPECT_EQ(text_of(images.read(index.at_home[1].ref)), large);
  }
}

TEST(ZipOfImages, AMemberThatIsDamagedIsABadImageAndNoFailedRead) {
  const ScratchFolder folder;
  std::string bytes = zipped({{"1.jpg", image(std::string(100, 'b'))}}, {.method = "store"});
  bytes[bytes.find("bbbb") + 50] = 'c';
  write_below(folder.path(), "a.zip", bytes);
  const ImageReader images(list_image_sources({{"", (folder.path() / "a.zip").string()}}));
  const ImageIndex index = index_of({with_image("1.jpg")}, images);
  ASSERT_EQ(index.at_home.size(), 1U);
  try {
    (void)images.read(index.at_home[0].ref);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("does not fit its checksum"), std::string::npos) << error.what();
  }
}

TEST(ZipOfImages, AnArchiveWithoutItsEndIsAShardThatIsDamaged) {
  const ScratchFolder folder;
  const std::string whole = zipped({{"1.jpg", image("1")}});
  write_below(folder.path(), "a.zip", whole.substr(0, whole.size() - 5));
  const ImageReader images(list_image_sources({{"", (folder.path() / "a.zip").string()}}));
  const ImageIndex index = index_of({with_image("1.jpg")}, images);
  ASSERT_EQ(index.quarantine.size(), 1U);
  EXPECT_EQ(index.quarantine[0].kind, QuarantineKind::shard);
  EXPECT_EQ(index.missing, 1);
}

TEST(ZipOfImages, OfFourCatHasTheNamesOfAddresses) {
  const ScratchFolder folder;
  const std::string list =
      R"({"https://cdn.x/v/abc_n.jpg?stp=1": {"filename": "abc_n-1.jpg", "success": true, "post_ids": ["1"]},
      "https://cdn.x/v/gone.jpg": {"success": false},
      "https://cdn.x/v/odd.jpg": 7,
      "https://cdn.x/v/there.jpg": {"filename": "abc_n-1.jpg"}})";
  write_below(folder.path(), "a.zip",
              zipped({{"abc_n-1.jpg", image("1")}, {"there.jpg", image("2")}, {".metadata.json", list}}));
  const ImageReader images(list_image_sources({{"", (folder.path() / "a.zip").string()}}));
  const ImageIndex index =
      index_of({with_image("abc_n.jpg"), with_image("there.jpg"), with_image("gone.jpg")}, images);
  EXPECT_EQ(index.slides.states,
            (std::vector<ImageState>{ImageState::present, ImageState::present, ImageState::missing}));
  ASSERT_EQ(index.at_home.size(), 2U);
  EXPECT_EQ(text_of(images.read(index.at_home[0].ref)), image("1"));
  EXPECT_EQ(text_of(images.read(index.at_home[1].ref)), image("2")) << "a file of that very name";
  EXPECT_EQ(index.members, 3);
}

TEST(ZipOfImages, OfFourCatWithSeveralNamesIsOnePhotoOrNoneThatNoPostNames) {
  const ScratchFolder folder;
  const std::string list =
      R"({"https://x/c.jpg": {"filename": "C.JPG"}, "https://x/q.jpg": {"filename": "x.jpg"},
      "https://x/named.jpg": {"filename": "photo"}, "https://x/other.jpg": {"filename": "spare.jpg"}})";
  write_below(folder.path(), "a.zip",
              zipped({{"C.JPG", image("1")},
                      {"x.jpg", image("2")},
                      {"photo", image("3")},
                      {"spare.jpg", image("4")},
                      {".metadata.json", list}}));
  const ImageReader images(list_image_sources({{"", (folder.path() / "a.zip").string()}}));
  const auto unused = [&](const std::vector<Post>& posts) {
    const auto comm = make_single_rank();
    return count_unused_images(*comm, index_of(posts, images), images.sources());
  };
  EXPECT_EQ(unused({}), 4) << "files, of which each has two names";
  EXPECT_EQ(unused({with_image("c.jpg"), with_image("x.jpg"), with_image("photo")}), 1);
  EXPECT_EQ(unused({with_image("c.jpg"), with_image("C.JPG"), with_image("Q.jpg"), with_image("named.jpg"),
                    with_image("other.jpg")}),
            0);
}

}  // namespace
}  // namespace shoal
