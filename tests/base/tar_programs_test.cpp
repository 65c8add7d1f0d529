// Archives as programs write them: GNU tar, bsdtar and Python's tarfile, each where it is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/made_tar.hpp"
#include "shoal/base/file.hpp"
#include "support/scratch_folder.hpp"

namespace shoal::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

bool runs(const std::string& command) { return std::system((command + " > /dev/null 2>&1").c_str()) == 0; }

class TarPrograms : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(at("p/" + kDeep));
    write_file_durably(at("p/a.jpg"), "first");
    write_file_durably(at("p/" + kDeep + "/b.jpg"), std::string(1500, 'b'));
    fs::create_symlink("a.jpg", at("p/link.jpg"));
  }

  [[nodiscard]] fs::path at(const std::string& name) const { return folder_.path() / name; }

  /// A command's archive t.tar, made in the scratch folder.
  [[nodiscard]] std::string made_by(const std::string& command) const {
    EXPECT_TRUE(runs("cd '" + folder_.path().string() + "' && " + command)) << command;
    const auto bytes = read_file(at("t.tar"));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  static void expect_members(const std::string& archive, const std::string& members) {
    const TarIndex index = index_of(archive);
    EXPECT_EQ(text_of(index, archive), members);
    EXPECT_EQ(index.damage, "");
  }

  const std::string kDeep = std::string(90, 'd') + "/" + std::string(90, 'e');
  const std::string kAll = "./a.jpg=first ./" + kDeep + "/b.jpg=" + std::string(1500, 'b') + " ./link.jpg! ";
  ScratchFolder folder_;
};

class GnuTar : public TarPrograms {
 protected:
  void SetUp() override {
    if (!runs("tar --version | grep 'GNU tar'")) GTEST_SKIP() << "SKIPPED: there is no GNU tar";
    TarPrograms::SetUp();
  }
};

TEST_F(GnuTar, OfEveryFormat) {
  for (const std::string format : {"gnu", "oldgnu", "pax", "posix", "ustar"}) {
    SCOPED_TRACE(format);
    expect_members(made_by("tar --sort=name --format=" + format + " -cf t.tar -C p ."), kAll);
  }
}

TEST_F(GnuTar, WithALabelAndLongBlocks) {
  for (const std::string format : {"gnu", "oldgnu", "pax"}) {
    SCOPED_TRACE(format);
    expect_members(made_by("tar --sort=name --format=" + format + " -V label -b 8192 -cf t.tar -C p ."),
                   kAll);
  }
}

TEST_F(GnuTar, WithRecordsOfAllMembers) {
  expect_members(made_by("tar --sort=name --format=pax --pax-option=comment=of-all -cf t.tar -C p ."), kAll);
}

TEST_F(GnuTar, WithListsOfFoldersForBackups) {
  expect_members(made_by("tar --format=gnu -g state -cf t.tar -C p " + kDeep),
                 kDeep + "/b.jpg=" + std::string(1500, 'b') + " ");
}

TEST_F(GnuTar, WithAbsoluteNames) {
  const std::string name = at("p/a.jpg").string();
  expect_members(made_by("tar -P -cf t.tar '" + name + "'"), name + "=first ");
}

TEST_F(GnuTar, WithSparseFiles) {
  ASSERT_TRUE(runs("truncate -s 1M '" + at("p/holes.jpg").string() + "'"));
  if (runs("test $(stat -c %b '" + at("p/holes.jpg").string() + "') -gt 2000")) {
    GTEST_SKIP() << "SKIPPED: this file system makes no holes";
  }
  for (const std::string format :
       {"gnu", "posix --sparse-version=0.0", "posix --sparse-version=0.1", "posix --sparse-version=1.0"}) {
    SCOPED_TRACE(format);
    expect_members(made_by("tar --sparse --format=" + format + " -cf t.tar -C p holes.jpg a.jpg"),
                   "holes.jpg! a.jpg=first ");
  }
}

TEST_F(GnuTar, OfSeveralVolumes) {
  write_file_durably(at("p/c.jpg"), std::string(15'000, 'c'));
  const std::string second = made_by("tar -M -L 10 -f first.tar -f t.tar -f third.tar -c -C p a.jpg c.jpg");
  const TarIndex index = index_of(second);
  ASSERT_FALSE(index.members.empty());
  EXPECT_THAT(index.members.front().fault, HasSubstr("another volume"));
}

TEST_F(TarPrograms, Bsdtar) {
  if (!runs("bsdtar --version")) GTEST_SKIP() << "SKIPPED: there is no bsdtar";
  for (const std::string format : {"gnutar", "pax", "ustar", "restricted pax"}) {
    SCOPED_TRACE(format);
    expect_members(
        made_by("bsdtar --format '" + format + "' -cf t.tar -C p a.jpg " + kDeep + "/b.jpg link.jpg"),
        "a.jpg=first " + kDeep + "/b.jpg=" + std::string(1500, 'b') + " link.jpg! ");
  }
}

TEST_F(TarPrograms, PythonsTarfile) {
  if (!runs("python3 -c 'import tarfile'")) GTEST_SKIP() << "SKIPPED: there is no python3";
  for (const std::string format : {"USTAR", "GNU", "PAX"}) {
    SCOPED_TRACE(format);
    const std::string headers = format == "PAX" ? ", pax_headers={'comment': 'of all'}" : "";
    expect_members(made_by("python3 -c \"import tarfile; t = tarfile.open('t.tar', 'w', format=tarfile." +
                           format + "_FORMAT" + headers + "); t.add('p', '.'); t.close()\""),
                   kAll);
  }
}

}  // namespace
}  // namespace shoal::testing
