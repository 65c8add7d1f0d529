// Which columns posts have.
#include "pipeline/stages/post_columns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shoal {
namespace {

using ::testing::Contains;
using ::testing::Not;

Post post_of(const std::string& creator, const std::string& creator_name) {
  Post post;
  post.creator = creator;
  post.creator_name = creator_name;
  return post;
}

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& part : table.columns) names.push_back(std::get<Column>(part).name);
  return names;
}

CorpusJob with(bool pseudonyms, bool keeps_shortcodes) {
  CorpusJob corpus;
  corpus.pseudonyms = pseudonyms;
  corpus.keeps_shortcodes = keeps_shortcodes;
  return corpus;
}

TEST(PostColumns, TellHandleAndDisplayNameApart) {
  const std::vector<Post> posts{post_of("anna_berg", "Anna")};
  Table table;
  add_post_columns(table, posts, with(false, false));
  std::vector<std::string> texts;
  for (const auto& part : table.columns) {
    const Column& column = std::get<Column>(part);
    if (column.name.starts_with("creator"))
      texts.push_back(column.name + "=" + std::get<TextValues>(column.values()).values.front());
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"creator=anna_berg", "creator_name=Anna"}));
  EXPECT_EQ(names_of(table), std::vector<std::string>(std::begin(kPostColumns), std::end(kPostColumns)));
}

TEST(PostColumns, UnderPseudonymsNoDisplayNameIsTold) {
  const std::vector<Post> posts{post_of("x", "Anna")};
  Table table;
  add_post_columns(table, posts, with(true, false));
  EXPECT_THAT(names_of(table), Not(Contains("creator_name")));
  EXPECT_THAT(names_of(table), Not(Contains("shortcode")));
  Table of_accounts;
  add_post_columns(of_accounts, posts, with(true, true));
  EXPECT_THAT(names_of(of_accounts), Not(Contains("creator_name")));
  EXPECT_THAT(names_of(of_accounts), Contains("shortcode"));
}

TEST(PostColumns, TimesThatCannotWellBeAreMarked) {
  std::vector<Post> posts(2);
  posts[0].taken_at_precision = TimePrecision::day;
  posts[0].taken_at_doubtful = true;
  Table table;
  add_post_columns(table, posts, with(true, false));
  for (const auto& part : table.columns) {
    const Column& column = std::get<Column>(part);
    if (column.name != "taken_at_doubtful") continue;
    EXPECT_EQ(std::get<TruthValues>(column.values()).values, (std::vector<std::uint8_t>{1, 0}));
  }
}

}  // namespace
}  // namespace shoal
