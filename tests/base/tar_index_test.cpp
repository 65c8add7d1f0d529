// Archives of others: every form of header that matters, and what is left of damaged ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/made_tar.hpp"
#include "shoal/base/file.hpp"

namespace shoal::testing {
namespace {

using ::testing::HasSubstr;

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
                              header_of("volume", 0, {.type = 'V'}) +
                              member("dump", "Ya.jpg\0Nb.jpg\0"s, {.type = 'D'}) +
                              member("././@LongLink", "a-long-target", {.type = 'K'}) +
                              member("old-names", "Rename a to b\n", {.type = 'N'}) +
                              member("access", "user::rw-", {.type = 'A'}) + member("a.jpg", "a") + kEnd;
  EXPECT_EQ(text_of(archive), "a.jpg=a ");
  EXPECT_EQ(index_of(archive).damage, "");
}

TEST(TarIndex, ASizeOfZeroBytesIsNone) {
  const std::string nothing(12, '\0');
  const std::string spaces = std::string(11, ' ') + '\0';
  // GNU tar -V writes its label so, and other programs empty files.
  const std::string archive = header_of("label", 0, {.type = 'V', .size = nothing}) +
                              header_of("empty.jpg", 0, {.size = nothing}) +
                              header_of("blank.jpg", 0, {.size = spaces}) + member("a.jpg", "a") + kEnd;
  EXPECT_EQ(text_of(archive), "empty.jpg= blank.jpg= a.jpg=a ");
  EXPECT_EQ(index_of(archive).damage, "");
}

/// Of somebody's: GNU tar -V, one photo behind the label.
TEST(TarIndex, OfAnArchiveWithALabelHasItsFiles) {
  const auto bytes = read_file(std::string(SHOAL_TEST_DIR) + "/tar_with_label.tar");
  const TarIndex index = index_of({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  EXPECT_EQ(index.damage, "");
  ASSERT_EQ(index.members.size(), 1U);
  EXPECT_EQ(index.members[0].name, "a.jpg");
  EXPECT_EQ(index.members[0].bytes, 17699U);
  EXPECT_TRUE(index.members[0].beginning.starts_with("\xFF\xD8\xFF"));
}

TEST(TarIndex, GlobalRecordsAreOfAllMembersThatHaveNoneOfTheirOwn) {
  const std::string sparse = "22 GNU.sparse.major=1\n";
  EXPECT_EQ(text_of(member("g", sparse, {.type = 'g'}) + member("a.jpg", "a") + member("b.jpg", "b") + kEnd),
            "a.jpg! b.jpg! ");
  EXPECT_EQ(
      text_of(member("g", "14 path=g.jpg\n", {.type = 'g'}) + member("x", "14 path=x.jpg\n", {.type = 'x'}) +
              member("a.jpg", "a") + member("b.jpg", "b") + kEnd),
      "x.jpg=a g.jpg=b ");
  EXPECT_EQ(text_of(member("g", "14 path=g.jpg\n", {.type = 'g'}) + member("x", "8 path=\n", {.type = 'x'}) +
                    member("a.jpg", "a") + member("b.jpg", "b") + kEnd),
            "a.jpg=a g.jpg=b ")
      << "a record without a value takes the header's again";
}

TEST(TarIndex, PartsOfFilesAreMembersWithAFault) {
  const std::string archive = member("b.jpg", "the rest", {.type = 'M'}) + member("a.jpg", "a") + kEnd;
  EXPECT_EQ(text_of(archive), "b.jpg! a.jpg=a ");
  EXPECT_THAT(index_of(archive).members[0].fault, HasSubstr("another volume"));
}

TEST(TarIndex, StarsMapsOfSparseFilesAreSteppedOver) {
  std::string sparse = header_of("s.jpg", 5, {.type = 'S'});
  sparse.replace(508, 4, "tar\0"s);
  sparse[355] = 1;
  put_sum(sparse);
  const std::string map = padded(std::string(504, 'm'));
  EXPECT_EQ(text_of(sparse + map + padded("12345") + member("a.jpg", "a") + kEnd), "s.jpg! a.jpg=a ");
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
           header_of("b", 0, {.size = "12345678901"}),   // no octal digits
           header_of("b", 0, {.size = "            "}),  // no digits at all
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

TEST(TarIndex, AnyNumberOfZerosMayCloseAnArchive) {
  // tar -b 20480 fills up to 10 MiB.
  const std::string archive = member("a.jpg", "a") + kEnd + std::string(5 << 20, '\0');
  EXPECT_EQ(text_of(archive), "a.jpg=a ");
  EXPECT_EQ(index_of(archive).damage, "");
  EXPECT_THAT(index_of(archive + member("b.jpg", "b")).damage,
              HasSubstr("ends at byte 1024, and more stands"));
  EXPECT_THAT(index_of(archive + "b").damage, HasSubstr("ends at byte 1024, and more stands"));
}

TEST(TarIndex, NamesTheCompressionOfACompressedArchive) {
  EXPECT_EQ(index_of("\x1F\x8B\x08"s + std::string(1000, 'z')).compression, "gzip");
  EXPECT_EQ(index_of("\x1F\x8B\x08"s).compression, "gzip");
  EXPECT_EQ(index_of("BZh9" + std::string(1000, 'z')).compression, "bzip2");
  EXPECT_EQ(index_of(member("BZh9.jpg", "a") + kEnd).compression, "");
  EXPECT_EQ(index_of(std::string(1000, 'z')).compression, "");
}

}  // namespace
}  // namespace shoal::testing
