// Records of several sources meet: accounts known by number and by handle, posts collected twice, and filters
// by what only the whole corpus knows of an account.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>

#include "given_formats.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;
using testing::of_all_ranks;
using ::testing::Pair;
using testing::SharedFolder;
using testing::world;

Corpus read(const std::string& path, const KeepRule& keep = {}) {
  const auto shards = shard_by_size(list_units({{"", path}}).units, world().size());
  return read_corpus(world(), shards[static_cast<std::size_t>(world().rank())], {.keep = keep});
}

/// A post as Zeeschuimer has it. user: JSON.
std::string item(const std::string& code, const std::string& user, int collected, int likes) {
  return fmt::format(R"({{"item_id": "1", "timestamp_collected": {}000, "source_platform": "instagram.com",)"
                     R"( "data": {{"code": "{}", "taken_at": 1, "like_count": {}, "user": {}}}, "id": 1}})"
                     "\n",
                     collected, code, likes, user);
}

std::map<std::string, std::string> creators(const Corpus& corpus) {
  std::vector<std::string> lines;
  for (const Post& post : corpus.posts) lines.push_back(post.shortcode + " " + post.creator);
  std::map<std::string, std::string> creators;
  for (const std::string& line : of_all_ranks(lines))
    creators[line.substr(0, line.find(' '))] = line.substr(line.find(' ') + 1);
  return creators;
}

TEST(JoinedAccounts, OfHandleAndNumberAreOneWhereARecordHasBoth) {
  const SharedFolder folder;
  folder.write("in/a.ndjson", item("AAA", R"({"username": "zoe", "pk": 7})", 1, 1) +
                                  item("BBB", R"({"username": "anna", "pk": 7})", 1, 1));
  folder.write("in/b.ndjson", item("CCC", R"({"pk": 7})", 1, 1) + item("DDD", R"({"pk": 8})", 1, 1));
  folder.write("in/c.ndjson", item("EEE", R"({"username": "zoe"})", 1, 1) +
                                  item("FFF", R"({"username": "zoe", "pk": 9})", 1, 1) +
                                  item("GGG", R"({"pk": 9})", 1, 1));
  const Corpus corpus = read(folder / "in");
  EXPECT_THAT(creators(corpus),
              ElementsAre(Pair("AAA", "anna"), Pair("BBB", "anna"), Pair("CCC", "anna"), Pair("DDD", "id:8"),
                          Pair("EEE", "anna"), Pair("FFF", "anna"), Pair("GGG", "anna")))
      << "zoe was renamed anna, or anna zoe: the smaller name is the account's";
  EXPECT_EQ(corpus.account_partition.rows(), 2);
}

TEST(JoinedAccounts, DoNotDependOnWhichRecordsShareAFile) {
  const std::string lines = item("AAA", R"({"username": "zed"})", 1, 1) +
                            item("BBB", R"({"username": "zed", "pk": 7})", 1, 1) +
                            item("CCC", R"({"pk": 7})", 1, 1);
  const SharedFolder folder;
  folder.write("one/a.ndjson", lines);
  EXPECT_THAT(creators(read(folder / "one")),
              ElementsAre(Pair("AAA", "zed"), Pair("BBB", "zed"), Pair("CCC", "zed")));
}

TEST(JoinedAccounts, AreOneAlongAChainOfAThousandHandles) {
  constexpr int kHandles = 1000;
  // Each took over the handle of another; in no order, so that small names lie anywhere.
  const auto handle = [](int i) { return fmt::format("h{:04}", i * 617 % kHandles); };
  const SharedFolder folder;
  std::string lines;
  for (int i = 0; i + 1 < kHandles; ++i) {
    for (int of : {i, i + 1}) {
      const std::string user = fmt::format(R"({{"username": "{}", "pk": {}}})", handle(of), 1000 + i);
      lines += item(fmt::format("P{:04}{}", i, of - i), user, 1, 1);
    }
  }
  folder.write("in/a.ndjson", lines);
  folder.write("in/b.ndjson", item("BBB", R"({"pk": 1500})", 1, 1));
  const Corpus corpus = read(folder / "in");
  for (const auto& [post, creator] : creators(corpus)) ASSERT_EQ(creator, "h0000") << post;
  EXPECT_EQ(corpus.account_partition.rows(), 1);
  EXPECT_EQ(corpus.shared_handles, kHandles - 2) << "all but the ends stand under two numbers";
}

TEST(Filters, JudgeAPostByTheRecordThatCounts) {
  const SharedFolder folder;
  const std::string user = R"({"username": "anna"})";
  // Of AAA the newest is refused, of BBB an older one; of CCC both are.
  folder.write("in/a.ndjson",
               item("AAA", user, 100, 20) + item("BBB", user, 100, 1) + item("CCC", user, 7, 1));
  folder.write("in/b.ndjson",
               item("AAA", user, 200, 1) + item("BBB", user, 200, 20) + item("CCC", user, 7, 2));
  KeepRule keep;
  keep.likes.least = 10;
  const Corpus corpus = read(folder / "in", keep);
  EXPECT_THAT(creators(corpus), ElementsAre(Pair("BBB", "anna")));
  EXPECT_THAT(corpus.filtered_by, ElementsAre(Pair("likes", 2)));
  EXPECT_EQ(corpus.accounting.merged, 3);
  EXPECT_TRUE(corpus.accounting.balanced());
}

TEST(Filters, ByAccountsAskLaterRecordsOfAFileToo) {
  const std::string header = "account,user name,url,description,post created,followers at posting\n";
  const SharedFolder folder;
  folder.write("in/a.csv",
               header + "A,anna,https://x/p/A1/,x,2020-01-01,\nA,anna,https://x/p/A2/,x,2020-01-01,5\n");
  KeepRule keep;
  keep.followers.most = 100;
  EXPECT_EQ(read(folder / "in", keep).accounting.kept, 2);
}

TEST(RepeatedPosts, APartialRecordDoesNotReplaceAWholeOne) {
  const std::string user = R"({"username": "anna"})";
  std::string partial = item("AAA", user, 900, 1);
  partial.replace(partial.find("\"like_count\": 1"), 15, R"("__typename": "XIGPolarisMedia")");
  const SharedFolder folder;
  folder.write("in/a.ndjson", partial + item("AAA", user, 100, 7));
  const Corpus corpus = read(folder / "in");
  std::vector<std::int64_t> likes;
  for (const Post& post : corpus.posts) likes.push_back(post.likes.value);
  EXPECT_THAT(of_all_ranks(likes), ElementsAre(7));
}

TEST(RepeatedPosts, TheNewestRecordStaysWhereverItStands) {
  const SharedFolder folder;
  const std::string user = R"({"username": "anna"})";
  folder.write("in/a.ndjson", item("AAA", user, 100, 1) + item("BBB", user, 300, 2));
  folder.write("in/b.ndjson", item("AAA", user, 200, 3) + item("BBB", user, 200, 4));
  folder.write("in/c.ndjson", item("AAA", user, 200, 5) + item("CCC", user, 50, 6));
  const Corpus corpus = read(folder / "in");
  std::vector<std::string> likes;
  for (const Post& post : corpus.posts)
    likes.push_back(fmt::format("{} {}", post.shortcode, post.likes.value));
  EXPECT_THAT(of_all_ranks(likes), ElementsAre("BBB 2", "AAA 3", "CCC 6"));
  EXPECT_EQ(corpus.accounting.merged, 3);
}

TEST(Filters, ByAccountsAskAllRecordsOfTheCorpus) {
  const SharedFolder folder;
  folder.write("in/a.json",
               R"({"alias": "anna", "numberFollowers": 5, "posts": [{"url": "https://x/p/A1/"}]})");
  folder.write("in/b.json",
               R"({"alias": "ben", "numberFollowers": 500, "posts": [{"url": "https://x/p/B1/"}]})");
  folder.write("in/c.json", R"({"alias": "cleo", "posts": [{"url": "https://x/p/C1/"}]})");
  folder.write("in/d.ndjson",
               item("A2", R"({"username": "anna"})", 1, 1) + item("B2", R"({"username": "ben"})", 1, 1));
  KeepRule keep;
  keep.followers.most = 100;
  const Corpus corpus = read(folder / "in", keep);
  EXPECT_THAT(creators(corpus), ElementsAre(Pair("A1", "anna"), Pair("A2", "anna")));
  EXPECT_EQ(corpus.accounting.filtered, 3) << "ben has too many, and nobody knows how many cleo has";
  EXPECT_THAT(corpus.filtered_by, ElementsAre(Pair("followers", 3)));
  EXPECT_TRUE(corpus.accounting.balanced());
}

TEST(Filters, AreCountedByTheFirstRuleThatLeavesAPostOut) {
  const SharedFolder folder;
  const std::string user = R"({"username": "anna"})";
  std::string lines = item("AAA", user, 100, 1) + item("BBB", user, 100, 50);
  lines += item("CCC", user, 100, 60);
  lines.replace(lines.rfind("\"data\": {") + 9, 0, "\"product_type\": \"ad\", ");
  folder.write("in/a.ndjson", lines);
  KeepRule keep;
  keep.likes.least = 10;
  keep.taken_at.least = 0;
  const Corpus corpus = read(folder / "in", keep);
  EXPECT_EQ(corpus.accounting.kept, 1);
  EXPECT_THAT(corpus.filtered_by, ElementsAre(Pair("advertisement", 1), Pair("likes", 1)));
}

}  // namespace
}  // namespace shoal
