// Archives of ours: the same bytes every time, and nothing that a damaged one can do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/tar.hpp"
#include "support/scratch_folder.hpp"

namespace shoal::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

void write_sample(const fs::path& path) {
  TarWriter tar(path);
  tar.add("0.jpg", bytes_of("first"));
  tar.add("12.jpg", bytes_of(""));
  tar.add("7.jpg", bytes_of(std::string(1024, 'x')));
  tar.publish();
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void rewrite(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST(Tar, GivesBackWhatWasAdded) {
  const ScratchFolder folder;
  write_sample(folder.path() / "t.tar");
  const TarReader tar(folder.path() / "t.tar");
  EXPECT_EQ(tar.members().size(), 3U);
  EXPECT_EQ(tar.read("0.jpg"), bytes_of("first"));
  EXPECT_EQ(tar.read("12.jpg"), bytes_of(""));
  EXPECT_EQ(tar.read("7.jpg"), bytes_of(std::string(1024, 'x')));
  EXPECT_FALSE(tar.contains("1.jpg"));
  EXPECT_THROW(static_cast<void>(tar.read("1.jpg")), InputError);
}

TEST(Tar, HasTheSameBytesEveryTime) {
  const ScratchFolder folder;
  write_sample(folder.path() / "t.tar");
  EXPECT_EQ(to_hex(sha256(content(folder.path() / "t.tar"))),
            "aa986552ce5e2ce00f777d182af2b19af3f12e2c397daa59daae0d9dc2ceed03");
}

TEST(Tar, IsReadByTheSystemsTar) {
  if (std::system("tar --version > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "there is no tar to judge the archive";
  const ScratchFolder folder;
  write_sample(folder.path() / "t.tar");
  const std::string at = folder.path().string();
  ASSERT_EQ(std::system(("tar --warning=no-timestamp -xf '" + at + "/t.tar' -C '" + at + "'").c_str()), 0);
  EXPECT_EQ(content(folder.path() / "7.jpg"), std::string(1024, 'x'));
  EXPECT_EQ(content(folder.path() / "0.jpg"), "first");
}

TEST(Tar, KeepsNamesOfAnyLength) {
  const ScratchFolder folder;
  for (const std::size_t length : {1U, 99U, 100U, 101U, 155U, 300U, 970U, 990U, 5000U}) {
    const fs::path path = folder.path() / std::to_string(length);
    const std::string name(length, 'n');
    TarWriter tar(path);
    tar.add(name, bytes_of("inside"));
    EXPECT_EQ(tar.bytes_written(), TarWriter::bytes_of_member(name, 6));
    tar.publish();
    EXPECT_EQ(fs::file_size(path), TarWriter::bytes_of_member(name, 6) + TarWriter::kBytesOfEnd);
    EXPECT_EQ(TarReader(path).read(name), bytes_of("inside")) << length;
  }
}

TEST(Tar, RefusesNamesThatAreNone) {
  const ScratchFolder folder;
  TarWriter tar(folder.path() / "t.tar");
  EXPECT_THROW(tar.add("", {}), FailureError);
  EXPECT_THROW(tar.add(std::string("a\0b", 3), {}), FailureError);
}

TEST(Tar, RefusesEveryShortenedArchive) {
  const ScratchFolder folder;
  const fs::path path = folder.path() / "t.tar";
  write_sample(path);
  const std::string whole = content(path);
  // The second of the two closing blocks is not needed.
  for (std::size_t length = 0; length < whole.size() - 512; length += 256) {
    rewrite(path, whole.substr(0, length));
    EXPECT_THROW(TarReader{path}, InputError) << length;
  }
}

TEST(Tar, RefusesADamagedHeader) {
  const ScratchFolder folder;
  const fs::path path = folder.path() / "t.tar";
  write_sample(path);
  const std::string whole = content(path);
  for (const std::size_t at : {0U, 105U, 124U, 148U, 156U, 260U}) {
    std::string damaged = whole;
    damaged[at] = '9';
    rewrite(path, damaged);
    EXPECT_THROW(TarReader{path}, InputError) << at;
  }
}

TEST(Tar, RefusesANameThatStandsTwice) {
  const ScratchFolder folder;
  TarWriter writer(folder.path() / "t.tar");
  writer.add("0.jpg", {});
  writer.add("0.jpg", {});
  writer.publish();
  EXPECT_THROW(TarReader{folder.path() / "t.tar"}, InputError);
}

TEST(Tar, LeavesNothingUnlessPublished) {
  const ScratchFolder folder;
  { TarWriter(folder.path() / "t.tar").add("0.jpg", {}); }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace shoal::testing
