// Whole files: refused kinds, limits, and names that only ever show complete content.
#include "shoal/base/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "shoal/base/error.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

std::string text_of(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(ReadFile, RefusesWhatIsNotARegularFileWithoutWaiting) {
  const testing::ScratchFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_THROW(read_file(folder.path() / "pipe"), InputError);
  EXPECT_THROW(read_file(folder.path()), InputError);
  EXPECT_THROW(read_file(folder.path() / "nothing"), InputError);
  EXPECT_THROW(read_file("/dev/zero"), InputError);
}

TEST(ReadFile, RefusesFilesOverTheLimit) {
  const testing::ScratchFolder folder;
  write_file_durably(folder.path() / "a", "12345");
  EXPECT_EQ(read_file(folder.path() / "a", 5).size(), 5u);
  EXPECT_THROW(read_file(folder.path() / "a", 4), InputError);
}

TEST(WriteFileDurably, ReplacesAndLeavesNoPartialName) {
  const testing::ScratchFolder folder;
  const auto path = folder.path() / "a";
  write_file_durably(path, "first and longer");
  write_file_durably(path, "second", 0600);
  EXPECT_EQ(text_of(path), "second");
  EXPECT_FALSE(std::filesystem::exists(partial_name(path)));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST(PartialFile, HasItsFinalNameOnlyAfterPublishing) {
  const testing::ScratchFolder folder;
  const auto path = folder.path() / "a";
  {
    PartialFile file(path);
    file.write("half");
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(partial_name(path))) << "what was not published is removed";
  PartialFile file(path);
  file.write("whole");
  file.publish();
  EXPECT_EQ(text_of(path), "whole");
}

TEST(PartialFile, MayStandInAnotherFolderUntilItIsWhole) {
  const testing::ScratchFolder folder;
  make_folders(folder.path() / "staging" / "deeper");
  const auto partial = folder.path() / "staging" / "deeper" / "a.partial";
  PartialFile file(folder.path() / "a", 0644, partial);
  file.write("whole");
  EXPECT_TRUE(std::filesystem::exists(partial));
  file.publish();
  EXPECT_EQ(text_of(folder.path() / "a"), "whole");
  EXPECT_FALSE(std::filesystem::exists(partial));
}

TEST(RemoveFile, TakesAMissingFileForRemovedAndAFolderForAnError) {
  const testing::ScratchFolder folder;
  EXPECT_NO_THROW(remove_file(folder.path() / "nothing"));
  EXPECT_THROW(remove_file(folder.path()), FailureError);
}

TEST(WriteFileDurably, NamesCallPathAndCause) {
  try {
    write_file_durably("/nonexistent/folder/file", "x");
    FAIL() << "a missing folder was accepted";
  } catch (const FailureError& error) {
    EXPECT_NE(std::string(error.what()).find("/nonexistent/folder/file"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("No such file"), std::string::npos);
  }
}

}  // namespace
}  // namespace shoal
