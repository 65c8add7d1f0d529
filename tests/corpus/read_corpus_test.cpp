// The read stage on any number of ranks: same rows, every record accounted for.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "shoal/comm/objects.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/corpus/trace.hpp"
#include "support/mpi_world.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::SharedFolder;
using testing::world;

std::string post(const std::string& code, const std::string& more = "") {
  return fmt::format(R"({{"url": "https://x/p/{}/", "description": "c{}"{}}})", code, code, more);
}
std::string profile(const std::string& user, const std::string& posts) {
  return fmt::format(R"({{"alias": "{}", "posts": [{}]}})", user, posts);
}

Corpus read(const std::vector<std::string>& patterns, const KeepRule& keep = {}) {
  std::vector<PathPattern> texts;
  for (const std::string& pattern : patterns) texts.push_back({"", pattern});
  const auto shards = shard_by_size(list_units(texts).units, world().size());
  return read_corpus(world(), shards[static_cast<std::size_t>(world().rank())], {keep, 1});
}

/// (id, creator, caption) of all rows, on all ranks.
std::vector<std::string> rows_of(const Corpus& corpus) {
  std::vector<std::string> mine;
  for (const Post& row : corpus.posts) mine.push_back(row.id + " " + row.creator + " " + row.caption);
  std::vector<std::string> all;
  for (auto& part : all_gather_objects(world(), mine))
    std::move(part.begin(), part.end(), std::back_inserter(all));
  return all;
}

TEST(ReadCorpus, RowsFollowPathThenDigestThenRecord) {
  const SharedFolder folder;
  folder.write("b.json", profile("b", post("1") + "," + post("2")));
  folder.write("a.json", profile("a", post("3")));
  const Corpus corpus = read({folder / "*.json"});
  EXPECT_EQ(rows_of(corpus), (std::vector<std::string>{"ig:3 a c3", "ig:1 b c1", "ig:2 b c2"}));
  EXPECT_EQ(corpus.accounting.read, 3);
  EXPECT_EQ(corpus.accounting.kept, 3);
}

TEST(ReadCorpus, TheOrderAndPlaceOfFoldersDoNotMatter) {
  const SharedFolder folder;
  folder.write("x/same.json", profile("x", post("1") + "," + post("9")));
  folder.write("y/same.json", profile("y", post("2") + "," + post("9")));
  folder.write("moved/deeper/same.json", profile("y", post("2") + "," + post("9")));
  const Corpus corpus = read({folder / "x", folder / "y"});
  const auto rows = rows_of(corpus);
  const Corpus swapped = read({folder / "y", folder / "x"});
  EXPECT_EQ(rows_of(swapped), rows);
  EXPECT_EQ(swapped.digest, corpus.digest);
  EXPECT_EQ(rows_of(read({folder / "moved/deeper", folder / "x"})), rows);
  EXPECT_EQ(corpus.accounting.merged, 1);
  EXPECT_EQ(corpus.accounting.kept, 3);
}

TEST(ReadCorpus, OfPostsWithOneShortcodeTheFirstStays) {
  const SharedFolder folder;
  folder.write("a.json", profile("first", post("1", R"(, "numberLikes": 1)")));
  folder.write("b.json", profile("second", post("1", R"(, "numberLikes": 2)") + "," + post("1")));
  const Corpus corpus = read({folder / "*.json"});
  EXPECT_EQ(rows_of(corpus), std::vector<std::string>{"ig:1 first c1"});
  EXPECT_EQ(corpus.accounting.merged, 2);
}

TEST(ReadCorpus, PostsWithoutShortcodeHaveIdsOfTheirOwn) {
  const SharedFolder folder;
  folder.write("a.json", profile("a", "{},{}"));
  const Corpus corpus = read({folder / "*.json"});
  const auto rows = rows_of(corpus);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_NE(rows[0], rows[1]);
  EXPECT_EQ(rows[0].rfind("file:", 0), 0u);
}

/// Two exports that call their files alike, as crawls of the same accounts do.
TEST(ReadCorpus, PostsWithoutShortcodeOfFilesOfOneNameAreDifferentPosts) {
  const SharedFolder folder;
  const std::string one = R"({"description": "one"},{"description": "two"})";
  const std::string other = R"({"description": "three"},{"description": "four"})";
  folder.write("x/posts.json", profile("x", one));
  folder.write("y/posts.json", profile("y", other));
  folder.write("copy/posts.json", profile("y", other));
  const Corpus corpus = read({folder / "x", folder / "y"});
  EXPECT_EQ(corpus.accounting.kept, 4);
  EXPECT_EQ(corpus.accounting.merged, 0);
  EXPECT_EQ(rows_of(read({folder / "y", folder / "x"})), rows_of(corpus));
  const Corpus copied = read({folder / "copy", folder / "x", folder / "y"});
  EXPECT_EQ(copied.accounting.merged, 2) << "a copy of a file has the posts of that file";
  EXPECT_EQ(rows_of(copied), rows_of(corpus));
}

TEST(ReadCorpus, EveryFileHasTheDigestOfItsPieces) {
  const SharedFolder folder;
  // More than a piece of 4 MiB.
  const std::string long_text =
      profile("a", fmt::format(R"({{"description": "{}"}})", std::string(5 << 20, 'x')));
  folder.write("in/a.json", long_text);
  const Digest first = sha256(std::string_view(long_text).substr(0, 4 << 20));
  const Digest second = sha256(std::string_view(long_text).substr(4 << 20));
  std::string pieces(first.begin(), first.end());
  pieces.append(second.begin(), second.end());
  const std::string digest = to_hex(sha256(pieces));
  const Corpus corpus = read({folder / "in"});
  EXPECT_EQ(to_hex(corpus.digest), to_hex(sha256(digest + "\na.json\n")));
  const Digest id = sha256(digest + "\n0\na.json");
  const std::vector<std::string> rows = rows_of(corpus);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].substr(0, 31), "file:" + to_base32(std::span(id).first(16)));
}

TEST(ReadCorpus, EveryRecordIsKeptFilteredMergedOrQuarantined) {
  const SharedFolder folder;
  folder.write("a.json",
               profile("a", post("1") + ",7," + post("2", R"(, "isVideo": true)") + "," + post("1")));
  folder.write("broken.json", "{\"posts\": [" + post("3") + ", {\"url\": \"htt");
  folder.write("empty.json", "");
  KeepRule keep;
  keep.videos = false;
  const Corpus corpus = read({folder / "*.json", folder / "a.json"}, keep);
  const Accounting& counts = corpus.accounting;
  EXPECT_EQ(counts.read, 7);
  EXPECT_EQ(counts.kept, 2);
  EXPECT_EQ(counts.filtered, 1);
  EXPECT_EQ(counts.merged, 1);
  EXPECT_EQ(counts.quarantined, 3);
  EXPECT_TRUE(counts.balanced());
  EXPECT_EQ(world().sum(static_cast<std::int64_t>(corpus.quarantine.size())), 3);
}

TEST(ReadCorpus, ValuesAreCountedBeyondTheRowsOfAFile) {
  const SharedFolder folder;
  const auto many = static_cast<std::int64_t>(kMostRowsOfAFile) + 500;
  std::string posts;
  for (std::int64_t i = 0; i < many; ++i)
    posts += (i == 0 ? "" : ",") + post(fmt::format("{:05}", i), R"(, "date": "never")");
  folder.write("a.json", profile("a", posts));
  folder.write("b.json", profile("b", post("b", R"(, "date": "never")")));
  const Corpus corpus = read({folder / "*.json"});
  EXPECT_EQ(corpus.quarantined_values, many + 1);
  EXPECT_EQ(corpus.accounting.kept, many + 1);
  EXPECT_EQ(world().sum(std::ssize(corpus.quarantine)), static_cast<std::int64_t>(kMostRowsOfAFile) + 2);
}

TEST(ReadCorpus, WhatIsForgottenIsFilteredAndLeavesNothing) {
  const SharedFolder folder;
  const std::string odd_date = R"(, "date": "odd")";
  folder.write("a.json", profile("a", post("1", odd_date) + "," + post("2", odd_date)));
  folder.write("b.json", profile("b", post("1") + "," + post("3")));
  folder.write("c.json", profile("c", post("4", odd_date)));
  const auto units = shard_by_size(list_units({{"", folder / "*.json"}}).units, world().size());
  ReadSettings settings;
  settings.forgotten = Forgotten{[](const Post& read) { return read.id == "ig:1" || read.creator == "c"; },
                                 [](const std::string& key) { return key == "c"; }};
  const Corpus corpus = read_corpus(world(), units[static_cast<std::size_t>(world().rank())], settings);
  EXPECT_EQ(rows_of(corpus), (std::vector<std::string>{"ig:2 a c2", "ig:3 b c3"}));
  EXPECT_EQ(corpus.account_partition.rows(), 2);
  const Accounting& counts = corpus.accounting;
  EXPECT_EQ(counts.read, 5);
  EXPECT_EQ(counts.kept, 2);
  EXPECT_EQ(counts.filtered, 3);
  EXPECT_EQ(counts.forgotten, 3);
  EXPECT_EQ(counts.merged, 0);
  EXPECT_TRUE(counts.balanced());
  EXPECT_EQ(world().sum(std::ssize(corpus.quarantine)), 1) << "of the posts that stay";
  EXPECT_EQ(corpus.quarantined_values, 1) << "of the posts that stay";
}

/// Posts with an odd date each, from `first` on.
std::string odd_posts(std::int64_t first, std::int64_t many) {
  std::string posts;
  for (std::int64_t i = first; i < first + many; ++i)
    posts += (i == first ? "" : ",") + post(fmt::format("{:05}", i), R"(, "date": "never")");
  return posts;
}

/// What is read where these posts and the accounts beginning with `gone` are forgotten.
Corpus read_without(const SharedFolder& folder, const std::function<bool(const Post&)>& is_forgotten,
                    const KeepRule& keep = {}) {
  const auto units = shard_by_size(list_units({{"", folder / "*.json"}}).units, world().size());
  ReadSettings settings;
  settings.keep = keep;
  settings.forgotten =
      Forgotten{is_forgotten, [](const std::string& key) { return key.starts_with("gone"); }};
  return read_corpus(world(), units[static_cast<std::size_t>(world().rank())], settings);
}

TEST(ReadCorpus, ValuesOfWhatIsForgottenAreCountedNowhere) {
  constexpr auto kMost = static_cast<std::int64_t>(kMostRowsOfAFile);
  const SharedFolder folder;
  folder.write("a.json", profile("a", odd_posts(0, kMost + 500)));
  folder.write("gone.json", R"({"alias": "gone", "numberFollowers": "odd", "posts": [{"date": "odd"}, 7]})");
  const auto by_number = [](std::int64_t below) {
    return [below](const Post& read) {
      return read.creator == "gone" || (read.shortcode.size() == 5 && std::stoll(read.shortcode) < below);
    };
  };
  const Corpus ends_before = read_without(folder, by_number(10));
  EXPECT_EQ(ends_before.quarantined_values, kMost + 490);
  EXPECT_EQ(world().sum(std::ssize(ends_before.quarantine)), kMost - 10 + 1 + 1)
      << "with the row that says that there are more, and that of the record that is none";
  // The row that says so stands where a record was that is forgotten itself.
  const Corpus around = read_without(folder, by_number(kMost + 100));
  EXPECT_EQ(around.quarantined_values, 400);
  EXPECT_EQ(world().sum(std::ssize(around.quarantine)), 1 + 1);
  const Corpus without_all = read_without(folder, by_number(kMost + 500));
  EXPECT_EQ(without_all.quarantined_values, 0);
  EXPECT_EQ(world().sum(std::ssize(without_all.quarantine)), 1) << "of the record that is none";
}

TEST(ReadCorpus, ValuesOfPostsThatAreForgottenAndDoNotPassAreCountedNowhere) {
  const SharedFolder folder;
  const std::string odd_video = R"(, "isVideo": true, "date": "odd")";
  folder.write("a.json", profile("a", post("1", odd_video) + "," + post("2", odd_video) + "," + post("3")));
  folder.write("gone.json", profile("gone", post("4", odd_video) + R"(,{"isVideo": true, "date": "odd"})"));
  KeepRule keep;
  keep.videos = false;
  const Corpus corpus = read_without(
      folder, [](const Post& read) { return read.creator == "gone" || read.id == "ig:1"; }, keep);
  EXPECT_EQ(corpus.quarantined_values, 1);
  EXPECT_EQ(world().sum(std::ssize(corpus.quarantine)), 1);
  EXPECT_EQ(corpus.accounting.filtered, 4);
  EXPECT_EQ(corpus.accounting.forgotten, 0) << "they had not been admitted";
}

TEST(ReadCorpus, PostsThatStayMentionNobodyWhoIsForgotten) {
  const SharedFolder folder;
  folder.write("a.json",
               profile("a", post("1", R"(, "mentions": ["@gone.b", "@c"], "description": "@gone.b, @c")")));
  folder.write("gone.json", profile("gone", post("2")));
  const Corpus corpus = read_without(folder, [](const Post& read) { return read.creator == "gone"; });
  EXPECT_EQ(world().sum(std::ssize(corpus.posts)), 1);
  for (const Post& read : corpus.posts) {
    EXPECT_EQ(read.mentions, std::vector<std::string>{"c"});
    EXPECT_EQ(read.caption, "@, @c");
  }
  EXPECT_EQ(corpus.accounting.forgotten, 1);
}

TEST(ReadCorpus, ATraceTellsWhereEachPostStands) {
  const SharedFolder folder;
  folder.write("a.json", profile("a", post("1") + ",7," + post("2")));
  folder.write("b.json", profile("b", post("1") + ",{}"));
  const auto units = shard_by_size(list_units({{"", folder / "*.json"}}).units, world().size());
  std::vector<std::string> mine;
  const Tracer tracer{[&](const Unit& unit, std::int64_t record, const Post& read) {
                        mine.push_back(fmt::format("{} {} {}", unit.relative, record, read.id.substr(0, 5)));
                      },
                      [&](const Unit& unit, const QuarantineRow& row) {
                        mine.push_back(fmt::format("{} {} left out", unit.relative, row.record));
                      }};
  trace_corpus(world(), units[static_cast<std::size_t>(world().rank())], {}, tracer);
  std::vector<std::string> all;
  for (auto& part : all_gather_objects(world(), mine)) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (std::vector<std::string>{"a.json 0 ig:1", "a.json 1 left out", "a.json 2 ig:2",
                                           "b.json 0 ig:1", "b.json 1 file:"}));
}

TEST(ReadCorpus, RanksOwnWholeBlocks) {
  const SharedFolder folder;
  std::string posts;
  for (int i = 0; i < 1000; ++i) posts += (i == 0 ? "" : ",") + post(fmt::format("{:04}", i));
  folder.write("a.json", profile("a", posts));
  const Corpus corpus = read({folder / "*.json"});
  EXPECT_EQ(static_cast<std::int64_t>(corpus.posts.size()), corpus.partition.owned_by(world().rank()).size());
  const auto rows = rows_of(corpus);
  ASSERT_EQ(rows.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
}

TEST(ReadCorpus, NothingToReadIsNoRows) {
  const SharedFolder folder;
  folder.write("a.json", profile("a", ""));
  const Corpus corpus = read({folder / "*.json"});
  EXPECT_EQ(corpus.partition.rows(), 0);
  EXPECT_EQ(corpus.accounting.read, 0);
}

TEST(ReadCorpus, ASampleTellsOfLargeFilesByTheirBeginning) {
  const SharedFolder folder;
  std::string posts;
  std::int64_t written = 0;
  for (; posts.size() < (9u << 20); ++written) {
    posts += (written > 0 ? "," : "") + post(fmt::format("C{:09}", written));
  }
  folder.write("large.json", profile("a", posts));
  const auto units = list_units(world(), {{"", folder / "large.json"}}).units;
  ASSERT_EQ(world().sum(std::ssize(units)), 1);
  const PostSizes sample = sample_posts(world(), units, {});
  EXPECT_EQ(sample.files, 1 << 20);
  const double forecast = static_cast<double>(sample.posts) / static_cast<double>(sample.files) *
                          static_cast<double>(std::filesystem::file_size(folder / "large.json"));
  EXPECT_NEAR(forecast, static_cast<double>(written), 0.01 * static_cast<double>(written));
  EXPECT_GE(sample.memory, sample.posts * static_cast<std::int64_t>(sizeof(Post)));
}

}  // namespace
}  // namespace shoal
