// Archives of others: every form of header that matters, and what is left of damaged ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "shoal/base/file.hpp"
#include "shoal/base/tar.hpp"
#include "support/scratch_folder.hpp"

namespace shoal::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;
namespace fs = std::filesystem;

TarIndex index_of(const std::string& archive) {
  const auto bytes = std::as_bytes(std::span(archive));
  return index_tar(
      [&](std::uint64_t offset, std::span<std::byte> to) {
        const std::size_t there = offset < bytes.size() ? bytes.size() - offset : 0;
        const std::size_t count = std::min(there, to.size());
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() - there), count, to.begin());
        return count;
      },
      bytes.size());
}

/// What differs from a plain header.
struct HeaderFields {
  char type = '0';
  std::string size{};  ///< as it stands in the field; empty: in octal
  std::string prefix{};
  std::string magic = "ustar\00000"s;
};

std::string padded(std::string text) {
  text.resize((text.size() + 511) / 512 * 512);
  return text;
}

void put_sum(std::string& header) {
  std::memset(header.data() + 148, ' ', 8);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::snprintf(header.data() + 148, 8, "%06o", sum);
}

std::string header_of(const std::string& name, std::size_t bytes, const HeaderFields& fields = {}) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  char octal[16];
  std::snprintf(octal, sizeof octal, "%011zo", bytes);
  const std::string size = fields.size.empty() ? octal : fields.size;
  header.replace(124, size.size(), size);
  header[156] = fields.type;
  header.replace(257, fields.magic.size(), fields.magic);
  header.replace(345, fields.prefix.size(), fields.prefix);
  put_sum(header);
  return header;
}

std::string member(const std::string& name, const std::string& bytes, const HeaderFields& fields = {}) {
  return header_of(name, bytes.size(), fields) + padded(bytes);
}

const std::string kEnd(1024, '\0');

/// "name=bytes" of each member, where it has bytes, "name!" where it has a fault.
std::string text_of(const TarIndex& index, const std::string& archive) {
  std::string text;
  for (const TarMember& m : index.members) {
    text += m.name + (m.fault.empty() ? "=" + archive.substr(m.offset, m.bytes) : "!") + " ";
  }
  return text;
}

std::string text_of(const std::string& archive) { return text_of(index_of(archive), archive); }

TEST(TarIndex, FindsMembersAndTheirBeginnings) {
  const std::string archive =
      member("a.jpg", "first") + member("b/c.jpg", "") + member("d.jpg", std::string(600, 'x')) + kEnd;
  const TarIndex index = index_of(archive);
  EXPECT_EQ(text_of(index, archive), "a.jpg=first b/c.jpg= d.jpg=" + std::string(600, 'x') + " ");
  EXPECT_EQ(index.damage, "");
  EXPECT_EQ(index.members[0].beginning, "first");
  EXPECT_EQ(index.members[1].beginning, "");
  EXPECT_EQ(index.members[2].beginning, std::string(kTarBeginning, 'x'));
}

TEST(TarIndex, KnowsEveryFormOfNamesAndSizes) {
  const std::string longer(120, 'n');
  EXPECT_EQ(text_of(member("c.jpg", "u", {.prefix = "a/b"}) + kEnd), "a/b/c.jpg=u ");
  EXPECT_EQ(text_of(member("c.jpg", "g", {.prefix = "a/b", .magic = "ustar  \0"s}) + kEnd), "c.jpg=g ")
      << "GNU tar keeps other things where ustar has a prefix";
  EXPECT_EQ(text_of(member("c.jpg", "v", {.type = '\0', .magic = {}}) + kEnd), "c.jpg=v ");
  EXPECT_EQ(text_of(member("././@LongLink", longer + '\0', {.type = 'L'}) + member("n", "l") + kEnd),
            longer + "=l ");
  EXPECT_EQ(
      text_of(member("x", "14 path=p.jpg\n", {.type = 'x'}) + member("n", "p") + member("m", "q") + kEnd),
      "p.jpg=p m=q ");
  EXPECT_EQ(text_of(member("x", "9 size=3\n", {.type = 'x'}) + header_of("n", 0) + padded("pax") + kEnd),
            "n=pax ");
  EXPECT_EQ(text_of(header_of("n", 0, {.size = "\x80\0\0\0\0\0\0\0\0\0\0\3"s}) + padded("bin") + kEnd),
            "n=bin ");
  EXPECT_EQ(text_of(header_of("n", 0, {.size = "          3 "}) + padded("old") + kEnd), "n=old ");
}

TEST(TarIndex, StepsOverWhatIsNoFile) {
  const std::string archive = member("pax_global_header", "18 comment=abcdef\n", {.type = 'g'}) +
                              header_of("photos/", 0, {.type = '5'}) + header_of("old/", 0, {.type = '\0'}) +
                              header_of("volume", 0, {.type = 'V'}) + member("a.jpg", "a") + kEnd;
  EXPECT_EQ(text_of(archive), "a.jpg=a ");
  EXPECT_EQ(index_of(archive).damage, "");
}

TEST(TarIndex, LinksDevicesAndSparseFilesAreMembersWithAFault) {
  // Some programs state the size of what a link stands for; no bytes follow.
  const std::string sparse_map = padded(std::string(504, 'm') + '\1') + padded(std::string(504, 'm'));
  std::string sparse = header_of("s.jpg", 5, {.type = 'S'});
  sparse[482] = 1;
  put_sum(sparse);
  const std::string archive =
      header_of("hard.jpg", 999, {.type = '1'}) + header_of("soft.jpg", 0, {.type = '2'}) +
      header_of("c", 0, {.type = '3'}) + header_of("p", 0, {.type = '6'}) +
      member("odd", "bytes", {.type = 'Q'}) + sparse + sparse_map + padded("12345") +
      member("x", "22 GNU.sparse.major=1\n28 GNU.sparse.name=real.jpg\n", {.type = 'x'}) +
      member("GNUSparseFile.1/real.jpg", "map") + member("a.jpg", "a") + kEnd;
  EXPECT_EQ(text_of(archive), "hard.jpg! soft.jpg! c! p! odd! s.jpg! real.jpg! a.jpg=a ");
  EXPECT_EQ(index_of(archive).damage, "");
  EXPECT_THAT(index_of(archive).members[0].fault, HasSubstr("link"));
  EXPECT_THAT(index_of(archive).members[5].fault, HasSubstr("sparse"));
}

TEST(TarIndex, WhatStandsBeforeADamagedHeaderIsUsed) {
  std::string archive = member("a.jpg", "a") + member("b.jpg", "b") + member("c.jpg", "c") + kEnd;
  archive[1024 + 100] ^= 1;
  EXPECT_EQ(text_of(archive), "a.jpg=a ");
  EXPECT_EQ(index_of(archive).damage, "the header at byte 1024 has a wrong sum");
}

TEST(TarIndex, OfAnArchiveCutAnywhereTheWholeMembersAreUsed) {
  const std::string name(120, 'n');
  const std::string archive = member("a.jpg", "a") + member("x", "130 path=" + name + "\n", {.type = 'x'}) +
                              member("b", std::string(700, 'b')) + member("c.jpg", "c") + kEnd;
  for (std::size_t length = 0; length < archive.size(); length += 16) {
    SCOPED_TRACE(length);
    const TarIndex index = index_of(archive.substr(0, length));
    std::size_t whole = 0;
    for (const TarMember& m : index.members) {
      if (!m.fault.empty()) continue;
      ++whole;
      EXPECT_LE(m.offset + m.bytes, length);
    }
    EXPECT_EQ(whole,
              (length >= 513 ? 1U : 0U) + (length >= 2560 + 700 ? 1U : 0U) + (length >= 4097 ? 1U : 0U));
    // One block of zeros is an end.
    EXPECT_EQ(index.damage.empty(), length >= archive.size() - 512);
  }
}

TEST(TarIndex, AMemberThatRunsPastTheEndIsOneWithAFault) {
  const std::string archive = member("a.jpg", "a") + header_of("b.jpg", 5000) + padded("b");
  EXPECT_EQ(text_of(archive), "a.jpg=a b.jpg! ");
  EXPECT_EQ(index_of(archive).damage, "it is cut short at byte 2048, in 'b.jpg'");
  const std::string lie =
      member("a.jpg", "a") + header_of("b", 0, {.size = "\x80\0\0\0\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s});
  EXPECT_EQ(text_of(lie), "a.jpg=a b! ");
}

TEST(TarIndex, HeadersThatLieAreRefused) {
  const std::string before = member("a.jpg", "a");
  for (const std::string& lie : {
           header_of("b", 0, {.size = "12345678901"}),  // no octal digits
           header_of("b", 0, {.size = "           "}),  // no digits at all
           header_of("b", 0, {.size = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"}),  // negative
           header_of("b", 0, {.size = "\x80\xFF\0\0\0\0\0\0\0\0\0\0"s}),                     // beyond 64 bits
           member("x", "3 path=p\n", {.type = 'x'}),  // lengths that do not fit
           member("x", "99 path=p\n", {.type = 'x'}),
           member("x", "path=p\n", {.type = 'x'}),
           member("x", "9 pathxp\n", {.type = 'x'}),
           member("x", "12 size=abc\n", {.type = 'x'}),
           member("x", "18446744073709551616 a=b\n", {.type = 'x'}),
           header_of("x", 2 << 20, {.type = 'x'}),
           header_of("x", 2 << 20, {.type = 'L'}),
       }) {
    const std::string archive = before + lie + member("c.jpg", "c") + kEnd;
    EXPECT_EQ(text_of(archive), "a.jpg=a ");
    EXPECT_THAT(index_of(archive).damage, HasSubstr("at byte 1024"));
  }
}

TEST(TarIndex, JoinedArchivesAreReadUpToTheFirstEndAndThatIsSaid) {
  const std::string archive = member("a.jpg", "a") + kEnd;
  EXPECT_EQ(text_of(archive + archive), "a.jpg=a ");
  EXPECT_THAT(index_of(archive + archive).damage, HasSubstr("ends at byte 1024, and more stands behind"));
  EXPECT_EQ(index_of(archive + std::string(100'000, '\0')).damage, "") << "archives are filled up with zeros";
}

TEST(TarIndex, NamesTheCompressionOfACompressedArchive) {
  EXPECT_EQ(index_of("\x1F\x8B\x08"s + std::string(1000, 'z')).compression, "gzip");
  EXPECT_EQ(index_of("\x1F\x8B\x08"s).compression, "gzip");
  EXPECT_EQ(index_of("BZh9" + std::string(1000, 'z')).compression, "bzip2");
  EXPECT_EQ(index_of(member("BZh9.jpg", "a") + kEnd).compression, "");
  EXPECT_EQ(index_of(std::string(1000, 'z')).compression, "");
}

TEST(TarIndex, ReadsWhatTheSystemsTarWrites) {
  if (std::system("tar --version > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "there is no tar to judge the index";
  const ScratchFolder folder;
  const std::string deep = std::string(90, 'd') + "/" + std::string(90, 'e');
  fs::create_directories(folder.path() / "p" / deep);
  write_file_durably(folder.path() / "p" / "a.jpg", "first");
  write_file_durably(folder.path() / "p" / deep / "b.jpg", std::string(1500, 'b'));
  fs::create_symlink("a.jpg", folder.path() / "p" / "link.jpg");
  for (const std::string format : {"gnu", "oldgnu", "pax", "posix", "ustar"}) {
    SCOPED_TRACE(format);
    const std::string at = folder.path().string();
    ASSERT_EQ(
        std::system(
            ("tar --sort=name --format=" + format + " -cf '" + at + "/t.tar' -C '" + at + "/p' .").c_str()),
        0);
    const auto bytes = read_file(folder.path() / "t.tar");
    const std::string archive(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    EXPECT_EQ(text_of(archive),
              "./a.jpg=first ./" + deep + "/b.jpg=" + std::string(1500, 'b') + " ./link.jpg! ");
    EXPECT_EQ(index_of(archive).damage, "");
  }
}

}  // namespace
}  // namespace shoal::testing
