// What `shoal export` writes is what Shoal reads, whatever stands in a post.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <map>

#include "read_text.hpp"
#include "same_posts.hpp"
#include "shoal/base/file.hpp"
#include "shoal/corpus/exported_post.hpp"
#include "support/real_data.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;
using testing::expect_same;
using testing::format_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::read_text;
using testing::reasons;
using Names = std::vector<std::string>;

const ReadRules kAll{.keeps_urls = true, .all_slides = true};

std::string exported(const std::vector<ExportedPost>& posts, ExportForm form) {
  std::string text = export_heading(form);
  for (const ExportedPost& post : posts) text += export_row(post, form);
  return text;
}

std::vector<Post> posts_of(const ReadResult& result) {
  std::vector<Post> posts;
  for (const ReadPost& read : result.posts) posts.push_back(read.post);
  return posts;
}

/// A post of which each field is what another program would trip over.
ExportedPost odd_post() {
  ExportedPost odd;
  Post& post = odd.post;
  post.id = "ig:A_b-9";
  post.shortcode = "A_b-9";
  post.creator = "none";
  post.creator_name = "[Anna], \"x\"; 'y'";
  post.taken_at = 1493510400 + 86399;
  post.taken_at_precision = TimePrecision::second;
  post.taken_at_doubtful = true;
  post.collected_at = 1500000001;
  post.caption =
      "  \"quoted\", 'a'\r\n=1+1\n\r#other @somebody \x01\t\\n \xF0\x9F\x8C\x8A \xE2\x80\xA8[x; | &amp; "
      "\xEF\xBF\xBD ";
  post.tags = {"sea\xF0\x9F\x8C\x8A", "new york", "a\"b\\c,d", "none", "\xE5\x86\x99\xE7\x9C\x9F"};
  post.mentions = {"nan", "bea.k"};
  post.likes = {0, Missing::hidden};
  post.comments = {0, Missing::parser_bug};
  post.plays = {0, Missing::partial};
  post.place = {"None, \"here\"", -0.1, 1e-7};
  post.media = MediaKind::video;
  post.image = "a \"b\",'c'\n\\d.jpg";
  post.further_images = {"", "x/b.jpg"};
  post.image_url = "https://x/a,b?c=\"d\"";
  odd.creator_id = "007";
  odd.creator_followers = {0, Missing::invalid};
  odd.creator_followees = Count::of(0);
  odd.creator_posts = {0, Missing::hidden};
  return odd;
}

std::vector<ExportedPost> odd_posts() {
  std::vector<ExportedPost> posts{odd_post()};
  Post of_file;
  of_file.id = "file:abcdefghijklmnopqrstuvwxy2";
  of_file.creator = "id:5";
  of_file.taken_at = 1493510400;
  of_file.taken_at_precision = TimePrecision::day;
  of_file.caption = "=cmd()\ra line that nothing but CR ends";
  of_file.likes = {0, Missing::invalid};
  of_file.comments = Count::of(std::numeric_limits<std::int64_t>::max());
  of_file.media = MediaKind::album;
  of_file.further_images = {"b.jpg"};
  posts.push_back({.post = of_file});
  Post elsewhere;
  elsewhere.id = "x:1,2";
  elsewhere.platform = "x";
  elsewhere.creator = "x:anna";
  elsewhere.mentions = {"x:bea", "x:id:5"};
  elsewhere.collected_at = 99999999999999;  // beyond the years that have four digits
  elsewhere.place.latitude = 0.1 + 0.2;
  posts.push_back({.post = elsewhere, .creator_id = "9"});
  Post by_number;
  by_number.id = "file:x";
  by_number.platform = "mastodon";
  by_number.creator = "mastodon:id:77";
  posts.push_back({.post = by_number});
  Post hidden;  // as pseudonyms leave it
  hidden.id = "4fgr6xabcdefghijklmnopqrst";
  hidden.creator = "abcdefghijklmnopqrstuvwxy7";
  hidden.mentions = {"bbcdefghijklmnopqrstuvwxy7"};
  posts.push_back({.post = hidden});
  Post bare;
  bare.id = "x:0";
  bare.platform = "x";
  posts.push_back({.post = bare});
  return posts;
}

class Export : public ::testing::TestWithParam<ExportForm> {};

TEST_P(Export, GivesBackPostsWhateverStandsInThem) {
  const std::vector<ExportedPost> posts = odd_posts();
  const std::string text = exported(posts, GetParam());
  for (const TagsFrom from : {TagsFrom::caption, TagsFrom::list, TagsFrom::both}) {
    ReadRules rules = kAll;
    rules.tags_from = from;
    const ReadResult result = read_text(text, rules);
    EXPECT_THAT(reasons(result), IsEmpty());
    ASSERT_EQ(result.posts.size(), posts.size());
    for (std::size_t i = 0; i < posts.size(); ++i) expect_same(result.posts[i].post, posts[i].post);
  }
}

TEST_P(Export, GivesBackAccountsWithHandleAndNumber) {
  const ReadResult result = read_text(exported(odd_posts(), GetParam()), kAll);
  std::map<std::string, Account> accounts;
  for (const Account& account : result.accounts()) accounts[account.key] = account;
  ASSERT_EQ(accounts.size(), 5U);
  EXPECT_EQ(accounts.at("none").username, "none");
  EXPECT_EQ(accounts.at("none").id, "007");
  EXPECT_EQ(accounts.at("none").followers.missing, Missing::invalid);
  EXPECT_EQ(accounts.at("none").followees.value, 0);
  EXPECT_TRUE(accounts.at("none").followees.known());
  EXPECT_EQ(accounts.at("none").posts.missing, Missing::hidden);
  EXPECT_EQ(accounts.at("id:5").id, "5");
  EXPECT_EQ(accounts.at("x:anna").username, "anna");
  EXPECT_EQ(accounts.at("x:anna").id, "9");
  EXPECT_EQ(accounts.at("mastodon:id:77").id, "77");
}

TEST_P(Export, ReadAgainAndWrittenAgainIsTheSameFile) {
  const std::string text = exported(odd_posts(), GetParam());
  const ReadResult result = read_text(text, kAll);
  std::map<std::string, Account> accounts;
  for (const Account& account : result.accounts()) accounts[account.key] = account;
  std::vector<ExportedPost> again;
  for (Post post : posts_of(result)) {
    post.record = -1;
    const Account account = post.creator.empty() ? Account() : accounts.at(post.creator);
    again.push_back({post, account.id, account.followers, account.followees, account.posts});
  }
  EXPECT_EQ(exported(again, GetParam()), text);
}

TEST_P(Export, CostsAPostOnlyTheValuesThatCannotBe) {
  ExportedPost post = odd_post();
  post.post.caption = "fine";
  std::string text = exported({post}, GetParam());
  const auto replace = [&](std::string_view what, std::string_view with) {
    const std::size_t at = text.find(what);
    ASSERT_NE(at, text.npos) << what << " in " << text;
    text.replace(at, what.size(), with);
  };
  replace("hidden", "lost");
  replace("2017-04-30T23:59:59Z", "yesterday");
  replace("2017-07-14T02:40:01Z", "today");
  replace("video", "film");
  const ReadResult result = read_text(text, kAll);
  ASSERT_EQ(result.posts.size(), 1U);
  EXPECT_EQ(result.posts[0].post.caption, "fine");
  EXPECT_EQ(result.posts[0].post.taken_at_precision, TimePrecision::none);
  EXPECT_THAT(reasons(result),
              ::testing::UnorderedElementsAre(HasSubstr("'lost', which is none of hidden, not_exported"),
                                              HasSubstr("yesterday"), HasSubstr("'today', which is no time"),
                                              HasSubstr("'film', which is none of image")));
}

INSTANTIATE_TEST_SUITE_P(Forms, Export, ::testing::Values(ExportForm::csv, ExportForm::json_lines),
                         [](const auto& of) { return of.param == ExportForm::csv ? "Csv" : "JsonLines"; });

TEST(Exports, AreKnownByTheirContent) {
  EXPECT_EQ(format_of(exported(odd_posts(), ExportForm::csv)), "Shoal export as table");
  EXPECT_EQ(format_of(exported(odd_posts(), ExportForm::json_lines)), "Shoal export as JSON lines");
  std::string row = export_row(odd_post(), ExportForm::json_lines);
  row.pop_back();
  EXPECT_EQ(format_of("[" + row + ",\n" + row + "]"), "Shoal export as JSON");
}

TEST(Exports, MayHaveLostColumnsAndHaveOthers) {
  const ReadResult result =
      read_text("mine,caption,shoal_post,likes\r\n1,Hi #sun,x:1,5\r\n2,\"Ho, #sea\",ig:AAA,\r\n");
  ASSERT_EQ(result.posts.size(), 2U);
  EXPECT_THAT(reasons(result), IsEmpty());
  EXPECT_EQ(result.posts[0].post.id, "x:1");
  EXPECT_EQ(result.posts[0].post.likes.value, 5);
  EXPECT_EQ(result.posts[0].post.tags, Names{}) << "its tags are those that are listed";
  EXPECT_EQ(result.posts[1].post.caption, "Ho, #sea");
  EXPECT_EQ(result.posts[1].post.likes.missing, Missing::not_exported);
}

TEST(Exports, TakeAShortcodeOnlyWithItsId) {
  const ReadResult result =
      read_text("shoal_post,shortcode,caption\nig:AAA,AAA,a\nig:AAA,BBB,b\n\"x\x01y\",,c\nig:CCC,,d\n");
  ASSERT_EQ(result.posts.size(), 4U);
  EXPECT_EQ(result.posts[0].post.shortcode, "AAA");
  EXPECT_EQ(result.posts[1].post.shortcode, "");
  EXPECT_EQ(result.posts[1].post.id, "ig:AAA");
  EXPECT_EQ(result.posts[2].post.id, "") << "it gets one of this file";
  EXPECT_EQ(result.posts[3].post.id, "ig:CCC");
  EXPECT_THAT(reasons(result),
              ElementsAre(HasSubstr("the shortcode 'BBB' is none of the post"), HasSubstr("the id ")));
}

TEST(Exports, KeepNumbersOfAccountsThatPandasMadeFloats) {
  const ReadResult result =
      read_text(",shoal_post,platform,creator,creator_id\n0,x:1,x,anna,5.0\n1,x:2,x,,6.0\n2,x:3,x,bea,\n");
  EXPECT_THAT(reasons(result), IsEmpty());
  std::map<std::string, std::string> ids;
  for (const Account& account : result.accounts()) ids[account.key] = account.id;
  EXPECT_EQ(ids, (std::map<std::string, std::string>{{"x:anna", "5"}, {"x:id:6", "6"}, {"x:bea", ""}}));
}

TEST(Exports, MergeTagsAsOtherFormatsDo) {
  ReadRules rules;
  rules.merged_tags = {{"new york", "nyc"}};
  const ReadResult result = read_text(exported({odd_post()}, ExportForm::csv), rules);
  ASSERT_EQ(result.posts.size(), 1U);
  EXPECT_THAT(result.posts[0].post.tags, ::testing::Contains("nyc"));
  EXPECT_THAT(result.posts[0].post.further_images, IsEmpty()) << "as the job reads the first slide alone";
}

using RealExports = testing::WithRealData;

TEST_F(RealExports, GiveBackThePosts) {
  namespace fs = std::filesystem;
  std::vector<Post> posts;
  std::vector<ExportedPost> shown;
  for (const auto& entry : fs::directory_iterator(posts_2017() / "profiles")) {
    const auto bytes = read_file(entry.path(), std::uint64_t{1} << 30);
    ReadResult result = read_posts({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    for (ReadPost& read : result.posts) {
      read.post.id = "ig:" + read.post.shortcode;
      posts.push_back(read.post);
      shown.push_back({.post = std::move(read.post)});
    }
  }
  EXPECT_GE(posts.size(), 13005U);
  for (const ExportForm form : {ExportForm::csv, ExportForm::json_lines}) {
    const ReadResult result = read_text(exported(shown, form), {.all_slides = true});
    EXPECT_THAT(reasons(result), IsEmpty());
    expect_same(posts_of(result), posts);
  }
}

}  // namespace
}  // namespace shoal
