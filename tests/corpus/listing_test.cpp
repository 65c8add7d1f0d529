// Which files a job names, whatever way it names them.
#include "shoal/corpus/listing.hpp"

#include <glob.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "path_patterns.hpp"

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

class Listings : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(root() / "b" / "deep");
    for (const char* name :
         {"z.json", "b/a.json", "b/deep/m.json", "b/._a.json", "b/.DS_Store", "b/notes.md"}) {
      write_file_durably(root() / name, "{}");
    }
  }
  [[nodiscard]] const std::filesystem::path& root() const { return folder_.path(); }
  static std::vector<std::string> relative(const Listing& listing) {
    std::vector<std::string> names;
    for (const Unit& unit : listing.units) names.push_back(unit.relative);
    return names;
  }
  static Listing list(const std::vector<std::string>& texts) {
    std::vector<PathPattern> patterns;
    for (const std::string& text : texts) patterns.push_back({"", text});
    return list_units(patterns);
  }
  using Names = std::vector<std::string>;

 private:
  testing::ScratchFolder folder_;
};

TEST_F(Listings, AFolderIsSearchedBelow) {
  const Listing listing = list({root().string()});
  EXPECT_EQ(relative(listing), (Names{"b/a.json", "b/deep/m.json", "z.json"}));
  EXPECT_EQ(listing.ignored_files, 1) << "notes.md; litter is not even counted";
  EXPECT_EQ(relative(list({root().string() + "/"})), relative(listing));
}

TEST_F(Listings, PathsCountBelowTheFirstWildcard) {
  EXPECT_EQ(relative(list({(root() / "b/*.json").string()})), Names{"a.json"});
  EXPECT_EQ(relative(list({(root() / "*/*.json").string()})), Names{"b/a.json"});
  EXPECT_EQ(relative(list({(root() / "b/a.json").string()})), Names{"a.json"});
}

TEST_F(Listings, ASuffixInUpperCaseIsNoOther) {
  write_file_durably(root() / "b/upper.JSON", "{}");
  EXPECT_EQ(relative(list({root().string()})),
            (Names{"b/a.json", "b/deep/m.json", "b/upper.JSON", "z.json"}));
}

TEST_F(Listings, AFileNamedTwiceIsOneUnit) {
  EXPECT_EQ(list({root().string(), (root() / "*.json").string()}).units.size(), 3u);
}

TEST_F(Listings, WhatIsNoFileIsListedByAPatternSoThatItGetsItsSentence) {
  ASSERT_EQ(::mkfifo((root() / "pipe.json").c_str(), 0600), 0);
  std::filesystem::create_directory(root() / "folder.json");
  EXPECT_EQ(relative(list({(root() / "*.json").string()})), (Names{"pipe.json", "z.json"}));
}

TEST_F(Listings, FoldersThatAPatternMatchesAreSearchedBelowWhatStandsBeforeItsFirstWildcard) {
  write_file_durably(root() / "b/deep/n.json", "{}");
  EXPECT_EQ(relative(list({(root() / "*").string()})),
            (Names{"b/a.json", "b/deep/m.json", "b/deep/n.json", "z.json"}));
  EXPECT_EQ(relative(list({(root() / "b/d*").string()})), (Names{"deep/m.json", "deep/n.json"}));
  std::filesystem::create_directory_symlink("b", root() / "a_link");
  EXPECT_EQ(relative(list({(root() / "*").string()})),
            (Names{"a_link/a.json", "a_link/deep/m.json", "a_link/deep/n.json", "z.json"}))
      << "each once, under the lower of its names";
}

TEST_F(Listings, FoldersThatAPatternMatchesAreSearched) {
  std::filesystem::create_directories(root() / "c/deep");
  write_file_durably(root() / "c/deep/n.json", "{}");
  const Listing listing = list({(root() / "*").string()});
  EXPECT_EQ(relative(listing), (Names{"b/a.json", "b/deep/m.json", "c/deep/n.json", "z.json"}));
  EXPECT_EQ(listing.ignored_files, 1) << "notes.md: below folders the suffix counts";
  EXPECT_EQ(relative(list({(root() / "*/deep").string()})), (Names{"b/deep/m.json", "c/deep/n.json"}));
  EXPECT_EQ(relative(list({(root() / "b/*").string()})), (Names{"a.json", "deep/m.json", "notes.md"}))
      << "a file that the pattern itself matches is named";
}

TEST_F(Listings, ResultsThatAPatternMatchesAreNoInput) {
  std::filesystem::create_directory(root() / "out");
  for (const char* name : {"out/run.json", "out/posts.h5ad"}) write_file_durably(root() / name, "{}");
  const Listing listing = list({(root() / "*").string()});
  EXPECT_EQ(relative(listing), (Names{"b/a.json", "b/deep/m.json", "z.json"}));
  EXPECT_EQ(listing.results_folders, 1);
}

TEST_F(Listings, AFileBelowTwoNamedFoldersIsOneUnit) {
  EXPECT_EQ(relative(list({root().string(), (root() / "b").string()})),
            (Names{"a.json", "deep/m.json", "z.json"}));
  EXPECT_EQ(relative(list({(root() / "b").string(), root().string()})),
            (Names{"a.json", "deep/m.json", "z.json"}));
}

TEST_F(Listings, LinksAreFollowedAndLoopsEnd) {
  std::filesystem::create_directory_symlink(root() / "b", root() / "b" / "deep" / "loop");
  std::filesystem::create_symlink("self.json", root() / "self.json");
  const testing::ScratchFolder elsewhere;
  write_file_durably(elsewhere.path() / "far.json", "{}");
  std::filesystem::create_directory_symlink(elsewhere.path(), root() / "linked");
  EXPECT_EQ(relative(list({root().string()})),
            (Names{"b/a.json", "b/deep/m.json", "linked/far.json", "self.json", "z.json"}));
}

TEST_F(Listings, WildcardsCountOnlyInTheJobsOwnText) {
  std::filesystem::create_directories(root() / "run[1]/p");
  std::filesystem::create_directories(root() / "run1/p");
  write_file_durably(root() / "run[1]/p/mine.json", "{}");
  write_file_durably(root() / "run1/p/other.json", "{}");
  EXPECT_EQ(relative(list_units({{(root() / "run[1]").string(), "p/*.json"}})), Names{"mine.json"});
  EXPECT_EQ(relative(list({(root() / "run[1]/p/mine.json").string()})), Names{"mine.json"});
}

TEST_F(Listings, NamesThatAreNotThereAreAnError) {
  EXPECT_THROW(list({(root() / "nothing").string()}), InputError);
  EXPECT_THROW(list({(root() / "nothing*.json").string()}), InputError);
}

TEST_F(Listings, AFolderAndALinkToItAreOneUnderTheLowerName) {
  const testing::ScratchFolder other;
  for (const char* name : {"z.json", "a.json"}) {
    // Made in one order here and in the other there: no listing tells of it.
    std::filesystem::create_directory(other.path() / "m");
    write_file_durably(other.path() / "m" / name, "{}");
  }
  std::filesystem::create_directory_symlink("m", other.path() / "link");
  EXPECT_EQ(relative(list({other.path().string()})), (Names{"link/a.json", "link/z.json"}));
  std::filesystem::rename(other.path() / "link", other.path() / "with_link");
  EXPECT_EQ(relative(list({other.path().string()})), (Names{"m/a.json", "m/z.json"}));
}

TEST_F(Listings, AFileThatPatternsReachByALinkIsOneUnit) {
  std::filesystem::create_directory_symlink("b", root() / "a_link");
  EXPECT_EQ(relative(list({(root() / "*/a.json").string()})), Names{"b/a.json"});
  EXPECT_EQ(relative(list({(root() / "a_link").string(), (root() / "b").string()})),
            (Names{"a.json", "deep/m.json"}));
}

TEST_F(Listings, WhatRunsWriteIsNoInput) {
  for (const char* name : {"out/run.json", "out/posts.h5ad", "going/work/lock", "going/log/rank-0.jsonl",
                           "stopped/log/rank-0.jsonl", "stopped/progress.json", "crawler/log/c.md",
                           "crawler/progress.json", "crawler/work/lock"}) {
    std::filesystem::create_directories((root() / name).parent_path());
    write_file_durably(root() / name, "{}");
  }
  const testing::ScratchFolder elsewhere;
  std::filesystem::create_directory(elsewhere.path() / "work");
  for (const char* name : {"run.json", "posts.h5ad"}) write_file_durably(elsewhere.path() / name, "{}");
  std::filesystem::create_directory_symlink(elsewhere.path(), root() / "linked");
  const Listing listing = list({root().string()});
  EXPECT_EQ(relative(listing), (Names{"b/a.json", "b/deep/m.json", "crawler/progress.json", "z.json"}));
  EXPECT_EQ(listing.results_folders, 4);
  EXPECT_THROW(list({(root() / "out").string()}), InputError);
}

TEST_F(Listings, PatternsMatchWhatGlobMatches) {
  for (const char* name : {".hidden.json", "b/.h.json", "x1/y.json", "x2/y.json", "x[/y.json"}) {
    std::filesystem::create_directories((root() / name).parent_path());
    write_file_durably(root() / name, "{}");
  }
  for (const char* text :
       {"*.json", "*", "*/", "b/*", "x?/y.json", "x[12]/y.json", "x[!1]/*", "*/*.json", "*//y.json",
        ".*.json", "b/../*.json", "./*", "x\\[/*", "*/nothing.json", "z.json/*", "[", "x[", "*/y.json"}) {
    glob_t matches{};
    const int code = ::glob((root() / text).c_str(), 0, nullptr, &matches);
    Names expected(matches.gl_pathv, matches.gl_pathv + (code == 0 ? matches.gl_pathc : 0));
    ::globfree(&matches);
    std::sort(expected.begin(), expected.end());
    if (expected.empty()) {
      EXPECT_THROW(match_pattern({root().string(), text}, "posts"), InputError) << text;
    } else {
      EXPECT_EQ(match_pattern({root().string(), text}, "posts").paths, expected) << text;
    }
  }
}

TEST(ShardBySize, IsEvenAndLosesNothing) {
  std::vector<Unit> units(100);
  for (std::size_t i = 0; i < units.size(); ++i) {
    units[i].number = static_cast<std::int64_t>(i);
    units[i].bytes = static_cast<std::int64_t>((i * 7919) % 1000) * 1000;
  }
  const auto shards = shard_by_size(units, 7);
  std::vector<int> seen(units.size());
  std::int64_t least = 1LL << 60;
  std::int64_t most = 0;
  for (const auto& shard : shards) {
    std::int64_t bytes = 0;
    for (const Unit& unit : shard) {
      ++seen[static_cast<std::size_t>(unit.number)];
      bytes += unit.bytes;
    }
    least = std::min(least, bytes);
    most = std::max(most, bytes);
  }
  EXPECT_EQ(seen, std::vector<int>(units.size(), 1));
  EXPECT_LT(most - least, 200000);
}

}  // namespace
}  // namespace shoal
