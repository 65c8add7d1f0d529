// Accounts are a stream of their own: each once, in the order of the first record that tells of it.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "given_formats.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::of_all_ranks;
using testing::SharedFolder;
using testing::world;

Corpus read(const std::string& path) {
  const auto shards = shard_by_size(list_units({{"", path}}).units, world().size());
  return read_corpus(world(), shards[static_cast<std::size_t>(world().rank())], {});
}

TEST(Accounts, OfAProfileHaveItsNamesAndCounts) {
  const SharedFolder folder;
  folder.write("in/a.json", R"({"alias": "anna.c", "username": "Anna", "numberPosts": 12,
      "numberFollowers": 345, "numberFollowing": 6, "posts": [{}, {}]})");
  const auto accounts = of_all_ranks(read(folder / "in").accounts);
  ASSERT_EQ(accounts.size(), 1u);
  EXPECT_EQ(accounts[0].key, "anna.c") << "what its posts have as their creator";
  EXPECT_EQ(accounts[0].username, "anna.c");
  EXPECT_EQ(accounts[0].display_name, "Anna");
  EXPECT_EQ(accounts[0].posts.value, 12);
  EXPECT_EQ(accounts[0].followers.value, 345);
  EXPECT_EQ(accounts[0].followees.value, 6);
}

TEST(Accounts, ABadCountCostsNothingElse) {
  const SharedFolder folder;
  folder.write("in/a.json", R"({"alias": "a", "numberFollowers": "many", "numberFollowing": {"x": [1]},
      "numberPosts": 1e400, "posts": [{}]})");
  folder.write("in/b.json", R"({"numberFollowers": -1, "numberFollowing": null, "alias": "b", "posts": []})");
  const Corpus corpus = read(folder / "in");
  EXPECT_EQ(world().sum(std::ssize(corpus.quarantine)), 3) << "a sentence for each";
  EXPECT_EQ(corpus.accounting.kept, 1);
  EXPECT_EQ(corpus.accounting.quarantined, 0);
  const auto accounts = of_all_ranks(corpus.accounts);
  ASSERT_EQ(accounts.size(), 2u);
  EXPECT_EQ(accounts[0].followers.missing, Missing::invalid);
  EXPECT_EQ(accounts[0].followees.missing, Missing::invalid);
  EXPECT_EQ(accounts[0].posts.missing, Missing::invalid);
  EXPECT_EQ(accounts[1].followers.missing, Missing::hidden);
  EXPECT_EQ(accounts[1].followees.missing, Missing::not_exported);
  EXPECT_EQ(accounts[1].posts.missing, Missing::not_exported) << "an account without posts is one";
}

TEST(Accounts, AProfileWithoutAUsableNameIsNone) {
  const SharedFolder folder;
  folder.write("in/a.json", R"({"posts": [{}]})");
  folder.write("in/b.json", "{\"alias\": \"" + std::string(300, 'x') + "\", \"posts\": [{}]}");
  const Corpus corpus = read(folder / "in");
  EXPECT_EQ(corpus.account_partition.rows(), 0);
  EXPECT_EQ(corpus.accounting.kept, 2);
}

TEST(Accounts, TheFirstRecordInRowOrderCountsWhoeverReadsIt) {
  const SharedFolder folder;
  // The later file is the larger one: it goes to another rank than the first, and may be read earlier.
  folder.write("in/b.json", R"({"alias": "same", "numberFollowers": 2, "posts": [{}, {}, {}, {}]})");
  folder.write("in/a.json", R"({"alias": "same", "numberFollowers": 1, "posts": [{}]})");
  folder.write("in/c.json", R"({"alias": "else", "numberFollowers": 3, "posts": []})");
  EXPECT_EQ(testing::whole(read(folder / "in")).accounts, (std::vector<std::string>{"same 1", "else 3"}));
}

TEST(Accounts, RanksOwnWholeBlocksOfThem) {
  const SharedFolder folder;
  std::string text = "#lines\n";
  std::vector<std::string> expected;
  for (int i = 0; i < 1000; ++i) {
    text += fmt::format(",u{},{},x\n,u{},7,y\n", i, i, i / 2);
    expected.push_back(fmt::format("u{} {}", i, i));
  }
  folder.write("in/a.lines", text);
  const auto shards = shard_by_size(testing::given_units({folder / "in"}, 500), world().size());
  const Corpus corpus = read_corpus(world(), shards[static_cast<std::size_t>(world().rank())],
                                    {{}, 1, testing::given_readers()});
  EXPECT_EQ(std::ssize(corpus.accounts), corpus.account_partition.owned_by(world().rank()).size());
  EXPECT_EQ(testing::whole(corpus).accounts, expected);
}

}  // namespace
}  // namespace shoal
