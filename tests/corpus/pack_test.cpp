// Packing folders into shards.
#include "shoal/corpus/pack.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/tar.hpp"
#include "support/scratch_folder.hpp"

namespace shoal::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::uint64_t kMib = std::uint64_t{1} << 20;

class PackTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder() / name).parent_path());
    write_file_durably(folder() / name, text);
  }
  PackSummary pack(const std::string& out, std::uint64_t shard_bytes = kMib) const {
    return pack_folder(folder(), scratch_.path() / out, shard_bytes);
  }
  [[nodiscard]] fs::path folder() const { return scratch_.path() / "photos"; }
  [[nodiscard]] std::vector<std::byte> shard(const std::string& path) const {
    return read_file(scratch_.path() / path);
  }
  [[nodiscard]] std::vector<std::string> names(const std::string& path) const {
    const auto bytes = shard(path);
    std::vector<std::string> names;
    const TarIndex index = index_tar(
        [&](std::uint64_t offset, std::span<std::byte> to) {
          const std::size_t count = std::min<std::size_t>(to.size(), bytes.size() - offset);
          std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), count, to.begin());
          return count;
        },
        bytes.size());
    for (const TarMember& member : index.members) names.push_back(member.name);
    EXPECT_EQ(index.damage, "");
    return names;
  }
  ScratchFolder scratch_;
};

TEST_F(PackTest, MembersStandInTheOrderOfTheirPathsBytes) {
  for (const char* name : {"b.jpg", "a/z.jpg", "B.jpg", "a-1.jpg", "\xC3\xA4.jpg"}) write(name, name);
  const PackSummary summary = pack("out");
  EXPECT_EQ(summary.files, 5);
  EXPECT_EQ(summary.shards, 1);
  EXPECT_THAT(names("out/00000.tar"), ElementsAre("B.jpg", "a-1.jpg", "a/z.jpg", "b.jpg", "\xC3\xA4.jpg"));
}

TEST_F(PackTest, TheSameFolderGivesTheSameBytes) {
  write("a.jpg", "first");
  write(std::string(150, 'n') + "/b.jpg", "second");
  pack("one");
  fs::last_write_time(folder() / "a.jpg", fs::file_time_type::clock::now() - std::chrono::hours(100));
  fs::permissions(folder() / "a.jpg", fs::perms::owner_read);
  pack("two");
  EXPECT_EQ(shard("one/00000.tar"), shard("two/00000.tar"));
  EXPECT_EQ(to_hex(sha256(shard("one/00000.tar"))),
            "ba8ab1a4f2a8a7967079a1fa761c88f3c41f65147531c9957dfebd4c65b7faf8");
}

TEST_F(PackTest, AShardIsNoLongerThanAskedFor) {
  for (int i = 0; i < 10; ++i) write(std::to_string(i) + ".jpg", std::string(300'000, 'x'));
  EXPECT_EQ(pack("out").shards, 4);
  EXPECT_THAT(names("out/00000.tar"), ElementsAre("0.jpg", "1.jpg", "2.jpg"));
  EXPECT_THAT(names("out/00003.tar"), ElementsAre("9.jpg"));
  for (const auto& entry : fs::directory_iterator(scratch_.path() / "out"))
    EXPECT_LE(entry.file_size(), kMib);
}

TEST_F(PackTest, ASampleIsNotTornApart) {
  for (const char* name : {"1.jpg", "2.jpg", "2.json", "2.txt", "sub.x/3.jpg"})
    write(name, std::string(300'000, 'x'));
  EXPECT_EQ(pack("out").shards, 3);
  EXPECT_THAT(names("out/00000.tar"), ElementsAre("1.jpg"));
  EXPECT_THAT(names("out/00001.tar"), ElementsAre("2.jpg", "2.json", "2.txt"));
  for (const char* name : {"2.x", "2.y"}) write(name, std::string(300'000, 'x'));
  EXPECT_EQ(pack("large").shards, 3) << "one that fits no shard";
  EXPECT_THAT(names("large/00001.tar"), ElementsAre("2.jpg", "2.json", "2.txt"));
}

TEST_F(PackTest, WhatIsNoFileIsSkippedAndTold) {
  write("a.jpg", "a");
  write("._a.jpg", "of macOS");
  write("sub/.DS_Store", "of macOS");
  ::mkfifo((folder() / "pipe.jpg").c_str(), 0600);
  fs::create_symlink("nowhere", folder() / "broken.jpg");
  fs::create_directory_symlink("..", folder() / "sub/loop");
  fs::create_symlink("a.jpg", folder() / "link.jpg");
  const PackSummary summary = pack("out");
  EXPECT_THAT(names("out/00000.tar"), ElementsAre("a.jpg", "link.jpg"));
  EXPECT_EQ(summary.litter, 2);
  EXPECT_THAT(summary.skipped,
              ElementsAre(HasSubstr("broken.jpg"), HasSubstr("pipe.jpg"), HasSubstr("sub/loop")));
}

TEST_F(PackTest, NothingIsOverwritten) {
  write("a.jpg", "a");
  pack("out");
  EXPECT_THROW(pack("out"), UsageError);
  EXPECT_THROW(pack("out/"), UsageError);
  fs::create_directory(scratch_.path() / "half.partial");
  EXPECT_THROW(pack("half"), UsageError);
  EXPECT_THROW(pack_folder(scratch_.path() / "nowhere", scratch_.path() / "other", kMib), InputError);
  EXPECT_FALSE(fs::exists(scratch_.path() / "other.partial"));
}

}  // namespace
}  // namespace shoal::testing
