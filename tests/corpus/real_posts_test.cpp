// The same 13,005 real posts in three forms: each gives the same posts, as far as the form carries a field.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "read_text.hpp"
#include "shoal/base/file.hpp"
#include "support/real_data.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  const auto bytes = read_file(path, std::int64_t{1} << 30);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// By shortcode; of a post that is there twice, as it is in each form, the first.
class Posts {
 public:
  void add(const ReadResult& result) {
    quarantined += result.quarantined_records;
    for (const ReadPost& read : result.posts) {
      ++all;
      by_code.try_emplace(read.post.shortcode, read.post);
    }
  }
  std::map<std::string, Post> by_code;
  std::int64_t all = 0;
  std::int64_t quarantined = 0;
};

class RealPosts : public testing::WithRealData {
 protected:
  void set_up_with_data() override {
    const fs::path folder = posts_2017();
    // As row order has them, so that the same one of two copies is the first.
    std::map<std::string, fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder / "profiles"))
      files[entry.path().filename()] = entry.path();
    for (const auto& [name, path] : files) profiles_.add(read_posts(text_of(path)));
    folder_ = folder;
  }

  Posts profiles_;
  fs::path folder_;
};

TEST_F(RealPosts, AreTheSameInTheTable) {
  Posts table;
  table.add(read_posts(text_of(folder_ / "dataset.csv")));
  EXPECT_EQ(table.all, profiles_.all);
  EXPECT_EQ(table.quarantined, 0);
  ASSERT_EQ(table.by_code.size(), profiles_.by_code.size());
  for (const auto& [code, post] : profiles_.by_code) {
    ASSERT_TRUE(table.by_code.contains(code)) << code;
    const Post& other = table.by_code.at(code);
    ASSERT_EQ(other.caption, post.caption) << code;
    ASSERT_EQ(other.tags, post.tags) << code;
    ASSERT_EQ(other.mentions, post.mentions) << code;
    ASSERT_EQ(other.creator, post.creator) << code;
    ASSERT_EQ(other.creator_name, post.creator_name) << code;
    ASSERT_EQ(other.likes.value, post.likes.value) << code;
    ASSERT_EQ(other.taken_at, post.taken_at) << code;
    ASSERT_EQ(other.media, post.media) << code;
    ASSERT_EQ(other.image, post.image) << code;
    ASSERT_EQ(other.place.name, post.place.name) << code;
  }
}

TEST_F(RealPosts, AreTheSameInTheScrapersText) {
  Posts dump;
  dump.add(read_posts(text_of(folder_ / "igramscraper.txt")));
  EXPECT_EQ(dump.all, profiles_.all);
  EXPECT_EQ(dump.quarantined, 0);
  ASSERT_EQ(dump.by_code.size(), profiles_.by_code.size());
  for (const auto& [code, post] : profiles_.by_code) {
    ASSERT_TRUE(dump.by_code.contains(code)) << code;
    const Post& other = dump.by_code.at(code);
    ASSERT_EQ(other.caption, post.caption) << code;
    ASSERT_EQ(other.tags, post.tags) << code;
    ASSERT_EQ(other.likes.value, post.likes.value) << code;
    ASSERT_EQ(other.comments.missing, Missing::parser_bug) << code;
    ASSERT_EQ(other.taken_at / 86400, post.taken_at / 86400) << code;
  }
}

}  // namespace
}  // namespace shoal
