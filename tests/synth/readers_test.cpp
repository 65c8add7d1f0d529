// Shoal's readers find in made corpora what was made, and of damage what damage.csv says.
#include "corpus/readers.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "made_corpus.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;
using testing::rows_of;
using testing::ScratchFolder;
using testing::text_of;

SynthOptions options_of(const std::string& format, double damage) {
  SynthOptions options;
  options.format = format;
  options.posts = 2'000;
  options.images = 0;
  options.damage = damage;
  return options;
}

TEST(MadeCorpora, AreReadWithNothingLeftOut) {
  for (const char* format : {"profile", "zeeschuimer"}) {
    const ScratchFolder folder;
    make_corpus(folder.path(), options_of(format, 0.0));
    std::map<std::string, std::string> likes;
    for (auto& row : rows_of(folder.path() / "truth.csv")) likes[row["shortcode"]] = row["likes"];
    int hidden = 0;
    std::size_t posts = 0;
    for (const char* part : {"profiles", "posts"}) {
      if (!fs::exists(folder.path() / part)) continue;
      for (const fs::path& file : testing::files_of(folder.path() / part)) {
        const ReadResult result = read_posts(text_of(file));
        EXPECT_TRUE(result.quarantined.empty()) << file << ": " << result.quarantined.front().reason;
        posts += result.posts.size();
        for (const ReadPost& read : result.posts) {
          hidden += read.post.likes.missing == Missing::hidden;
          if (!read.post.likes.known()) continue;
          ASSERT_EQ(std::to_string(read.post.likes.value), likes.at(read.post.shortcode));
        }
      }
    }
    EXPECT_EQ(posts, 2'000U) << format;
    EXPECT_EQ(hidden > 50, std::string(format) == "zeeschuimer") << hidden;
  }
}

TEST(MadeCorpora, LoseOfDamagedProfilesWhatDamageCsvNamesAndNothingElse) {
  const ScratchFolder folder;
  make_corpus(folder.path(), options_of("profile", 0.2));
  std::map<std::string, std::map<std::int64_t, std::string>> damaged;
  for (auto& row : rows_of(folder.path() / "damage.csv"))
    damaged[row["file"]][std::stoll(row["record"])] = row["damage"];
  const std::set<std::string> told = {"foreign", "invalid_utf8", "year_zero"};
  std::size_t found = 0;
  for (const fs::path& path : testing::files_of(folder.path() / "profiles")) {
    const ReadResult result = read_posts(text_of(path));
    auto& kinds = damaged["profiles/" + path.filename().string()];
    std::set<std::int64_t> left_out;
    for (const QuarantineRow& row : result.quarantined) left_out.insert(row.record);
    for (const auto& [record, kind] : kinds) {
      // Of a file that is cut, the last record is lost, and the file as a whole is named.
      if (kind == "cut") EXPECT_TRUE(left_out.erase(-1) + left_out.erase(record)) << path;
      if (!told.contains(kind)) continue;
      EXPECT_EQ(left_out.erase(record), 1U) << path << " " << record << " " << kind;
      ++found;
    }
    for (const auto& [record, kind] : kinds) left_out.erase(record);
    EXPECT_TRUE(left_out.empty()) << path << " " << *left_out.begin();
  }
  EXPECT_GT(found, 50U);
}

}  // namespace
}  // namespace shoal
