// Which columns posts have, and what stands in them.
#include "pipeline/stages/post_columns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Not;
using testing::world;

/// A row for each rank, with an account of its own that the next rank holds.
Corpus one_post_each() {
  Corpus corpus;
  Post post;
  post.id = "ig:C" + std::to_string(world().rank());
  post.shortcode = post.id.substr(3);
  post.creator = "account" + std::to_string(world().rank());
  post.creator_name = "Anna";
  post.mentions = {"bea", "cem"};
  post.caption = "by @bea";
  post.source_file = "a/b.json";
  post.record = 7;
  corpus.posts.push_back(post);
  Account account;
  account.key = "account" + std::to_string((world().rank() + 1) % world().size());
  account.followers = Count::of(100 + (world().rank() + 1) % world().size());
  corpus.accounts.push_back(account);
  return corpus;
}

CorpusJob named() {
  CorpusJob job;
  job.pseudonyms = false;
  job.keeps_captions = job.keeps_places = job.keeps_account_counts = true;
  return job;
}

Table table_of(const Corpus& corpus, const CorpusJob& job) {
  Table table;
  add_post_columns(world(), table, corpus, job);
  return table;
}

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& part : table.columns) names.push_back(std::get<Column>(part).name);
  return names;
}

template <class Values>
Values column(const Table& table, const std::string& name) {
  for (const auto& part : table.columns) {
    const Column& column = std::get<Column>(part);
    if (column.name == name) return std::get<Values>(column.values());
  }
  ADD_FAILURE() << "there is no column " << name;
  return {};
}

TEST(PostColumns, WithoutPseudonymsTellWhereAPostStands) {
  const Corpus corpus = one_post_each();
  const Table table = table_of(corpus, named());
  const std::string code = "C" + std::to_string(world().rank());
  EXPECT_THAT(column<TextValues>(table, "permalink").values,
              ElementsAre("https://www.instagram.com/p/" + code + "/"));
  EXPECT_THAT(column<TextValues>(table, "source_file").values, ElementsAre("a/b.json"));
  EXPECT_THAT(column<IntegerValues>(table, "source_record").values, ElementsAre(7));
  EXPECT_THAT(column<TextValues>(table, "creator_name").values, ElementsAre("Anna"));
  EXPECT_THAT(column<TextValues>(table, "mentioned").values, ElementsAre("bea cem"));
  EXPECT_THAT(column<TextValues>(table, "caption").values, ElementsAre("by @bea"));
  EXPECT_THAT(names_of_post_columns(), IsSupersetOf(names_of(table)));
}

TEST(PostColumns, UnderPseudonymsTellNothingThatLeadsBack) {
  const Corpus corpus = one_post_each();
  const auto hidden = names_of(table_of(corpus, CorpusJob()));
  for (const char* name : {"shortcode", "permalink", "source_file", "source_record", "creator_name",
                           "caption", "place", "creator_followers"}) {
    EXPECT_THAT(hidden, Not(Contains(name)));
  }
  EXPECT_THAT(hidden, Contains("mentioned"));
  CorpusJob of_accounts;
  of_accounts.keeps_shortcodes = true;
  const auto shown = names_of(table_of(corpus, of_accounts));
  EXPECT_THAT(shown, Contains("permalink"));
  EXPECT_THAT(shown, Not(Contains("creator_name")));
}

TEST(PostColumns, CountsOfAnAccountComeFromWhicheverRankHoldsIt) {
  const Corpus corpus = one_post_each();
  const Table table = table_of(corpus, named());
  const auto followers = column<NullableIntegerValues>(table, "creator_followers");
  EXPECT_THAT(followers.values, ElementsAre(100 + world().rank()));
  EXPECT_THAT(followers.missing, ElementsAre(0));
  EXPECT_THAT(names_of(table), Not(Contains("creator_followees"))) << "no account tells it";
}

TEST(PostColumns, TellWeekdayAndHourInUtc) {
  Corpus corpus;
  corpus.posts.resize(3);
  corpus.posts[0].taken_at = 1556485200;  // Sunday 28 April 2019, 21:00
  corpus.posts[0].taken_at_precision = TimePrecision::second;
  corpus.posts[1].taken_at = 0;  // a Thursday
  corpus.posts[1].taken_at_precision = TimePrecision::day;
  corpus.posts[1].taken_at_doubtful = true;
  const Table table = table_of(corpus, CorpusJob());
  const auto weekdays = column<CategoryValues>(table, "weekday");
  EXPECT_THAT(weekdays.codes, ElementsAre(6, 3, -1));
  EXPECT_EQ(weekdays.categories[6], "Sunday");
  const auto hours = column<NullableIntegerValues>(table, "hour");
  EXPECT_THAT(hours.values, ElementsAre(21, 0, 0));
  EXPECT_THAT(hours.missing, ElementsAre(0, 1, 1));
  EXPECT_THAT(column<TruthValues>(table, "taken_at_doubtful").values, ElementsAre(0, 1, 0));
  Corpus days;
  days.posts.resize(1);
  EXPECT_THAT(names_of(table_of(days, CorpusJob())), Not(Contains("hour"))) << "no post tells it";
}

TEST(PostColumns, RoundCoordinatesWhereTheJobAsksForIt) {
  Corpus corpus;
  corpus.posts.resize(2);
  corpus.posts[0].place = {"Big Sur", 36.23456, -121.77777};
  CorpusJob job = named();
  job.place_decimals = 1;
  const Table table = table_of(corpus, job);
  EXPECT_DOUBLE_EQ(column<DoubleValues>(table, "latitude").values[0], 36.2);
  EXPECT_DOUBLE_EQ(column<DoubleValues>(table, "longitude").values[0], -121.8);
  EXPECT_TRUE(std::isnan(column<DoubleValues>(table, "latitude").values[1]));
  EXPECT_THAT(column<TextValues>(table, "place").values, ElementsAre("Big Sur", ""));
}

}  // namespace
}  // namespace shoal
