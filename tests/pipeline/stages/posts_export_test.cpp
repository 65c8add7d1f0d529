// The posts of a job leave it and come back, on any number of ranks.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "corpus/same_posts.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/data/serialize.hpp"
#include "shoal/pipeline/export_posts.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::expect_same;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::world;

/// More than a rank writes at a time.
constexpr int kItems = 5000;

class PostsExport : public ::testing::Test {
 protected:
  PostsExport() {
    // Two accounts by handle, one of which others know by its number alone.
    folder_.write(
        "posts/a_profile_of_anna.json",
        R"({"alias": "Anna.Berg", "username": "Anna \"B\"", "numberFollowers": 120, "posts": [)"
        R"({"url": "https://www.instagram.com/p/SECRETAAA/", "description": "By the sea, \"yes\"\n#sea @bea_long_handle",)"
        R"( "tags": ["sea"], "numberLikes": 3, "localization": "Rome", "filename": "anna_photo.jpg",)"
        R"( "date": "2017-04-30T00:00:00.000Z"},)"
        R"( {"description": "no address", "tags": ["lost"], "numberLikes": -1}]})");
    std::string items;
    for (int i = 0; i < kItems; ++i) {
      items += fmt::format(
          R"({{"timestamp_collected": {}, "source_platform": "instagram.com", "source_platform_url": "https://x/",)"
          R"( "item_id": "1", "data": {{"id": "{}_9", "code": "SECRETB{}", "taken_at": {}, "media_type": {}, "caption": {{"text":)"
          R"( "{} #tag{}"}}, "like_count": {}, "user": {{"pk": "{}", "username": "handle_of_{}"}}, "location":)"
          R"( {{"name": "Köln", "lat": 50.93, "lng": 6.{}}}}}}})"
          "\n",
          1700000000000 + i, 1000000 + i, i, 1600000000 + i, i % 2 + 1,
          i % 5 == 0 ? "one\\nline, \\\"two\\\"" : "=1", i % 7, i, i % 40, i % 40, i);
    }
    folder_.write("posts/items.ndjson", items);
  }

  void write_job(const std::string& name, const std::string& corpus) const {
    folder_.write(name + ".toml",
                  fmt::format("[job]\nname = \"{}\"\n[corpus]\npseudonym_key = \"key\"\n{}\n", name, corpus));
  }

  [[nodiscard]] RunOptions options(const std::string& job, const std::string& out) const {
    RunOptions options;
    options.job_file = folder_ / (job + ".toml");
    options.out = folder_ / out;
    options.device = Device::cpu;
    options.threads = 1;
    return options;
  }

  [[nodiscard]] std::string text_of(const std::string& path) const {
    const auto bytes = read_file(folder_ / path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  [[nodiscard]] Corpus read(const std::string& path) const {
    Listing listing = list_units(world(), {{"", folder_ / path}});
    return read_corpus(world(), share_by_size(world(), std::move(listing.units)), {});
  }

  [[nodiscard]] std::string refusal(const RunOptions& options) const {
    try {
      export_posts(world(), options, ExportForm::csv);
    } catch (const Error& error) {
      return fmt::format("{}: {}", static_cast<int>(error.code()), error.what());
    }
    return "done";
  }

  testing::SharedFolder folder_;
};

/// Of all ranks, by key; files tell of accounts in other orders.
std::map<std::string, std::string> accounts_of(const Corpus& corpus) {
  std::map<std::string, std::string> accounts;
  for (const auto& part : all_gather_objects(world(), corpus.accounts)) {
    for (const Account& account : part) {
      accounts[account.key] =
          fmt::format("{} {} {} {} {}", account.username, account.id, account.display_name,
                      account.followers.value, static_cast<int>(account.followers.missing));
    }
  }
  return accounts;
}

const std::map<std::string, ExportForm> kForms{{"csv", ExportForm::csv}, {"jsonl", ExportForm::json_lines}};

TEST_F(PostsExport, GivesTheSamePostsWhenItIsReadAgain) {
  write_job("named", "posts = \"posts\"\npseudonyms = false");
  const Corpus before = read("posts");
  for (const auto& [suffix, form] : kForms) {
    const std::string file = "again." + suffix;
    const ExportSummary summary = export_posts(world(), options("named", file), form);
    EXPECT_EQ(summary.posts, kItems + 2);
    const Corpus after = read(file);
    EXPECT_EQ(after.accounting.kept, kItems + 2);
    EXPECT_THAT(after.quarantine, IsEmpty());
    expect_same(after.posts, before.posts);
    EXPECT_EQ(accounts_of(after), accounts_of(before));
    world().barrier();
  }
}

TEST_F(PostsExport, IsTheSameFileOnAnyNumberOfRanks) {
  for (const char* pseudonyms : {"false", "true"}) {
    write_job("ranks", fmt::format("posts = \"posts\"\npseudonyms = {}", pseudonyms));
    for (const auto& [suffix, form] : kForms) {
      RunOptions together = options("ranks", "together." + suffix);
      together.replace = true;
      export_posts(world(), together, form);
      if (world().is_root()) {
        const auto single = make_single_rank();
        RunOptions alone = options("ranks", "alone." + suffix);
        alone.replace = true;
        export_posts(*single, alone, form);
        EXPECT_EQ(text_of("together." + suffix) == text_of("alone." + suffix), true)
            << pseudonyms << " " << suffix;
      }
      world().barrier();
    }
  }
}

TEST_F(PostsExport, TellsNoNamesUnderPseudonyms) {
  write_job("hidden", "posts = \"posts\"\npseudonyms = true");
  export_posts(world(), options("hidden", "hidden.csv"), ExportForm::csv);
  const std::string text = text_of("hidden.csv");
  // What no pseudonym can hold by chance: capitals, 0, 1, 8, 9 and signs are no part of any.
  for (const char* name : {"SECRET", "anna.berg", "Anna", "anna_photo", "bea_long_handle", "handle_of",
                           "items.ndjson", "By the", "tag1", "Rome", "file:", "instagram", "2023-"})
    EXPECT_THAT(text, Not(HasSubstr(name))) << name;
  const Corpus hidden = read("hidden.csv");
  EXPECT_EQ(hidden.accounting.kept, kItems + 2);
  EXPECT_THAT(hidden.quarantine, IsEmpty());
  for (const Post& post : hidden.posts) {
    EXPECT_EQ(post.id.size(), 26U);
    EXPECT_TRUE(post.caption.empty() && post.tags.empty() && post.image.empty() && post.place.name.empty());
  }
  EXPECT_GT(world().sum(static_cast<std::int64_t>(
                std::ranges::count_if(hidden.posts, [](const Post& post) { return post.likes.known(); }))),
            kItems);
}

TEST_F(PostsExport, ShowsCaptionsTagsAndPlacesThatTheJobKeeps) {
  write_job(
      "kept",
      "posts = \"posts\"\npseudonyms = true\nkeep_captions = true\nkeep_tags = true\nkeep_places = true\n"
      "place_decimals = 0\nkeep_account_counts = true");
  export_posts(world(), options("kept", "kept.csv"), ExportForm::csv);
  const std::string text = text_of("kept.csv");
  for (const char* part : {"By the sea", "tag1", "Rome", ",51,", ",120,"}) EXPECT_THAT(text, HasSubstr(part));
  for (const char* name : {"SECRET", "anna.berg", "bea_long_handle", "50.93"})
    EXPECT_THAT(text, Not(HasSubstr(name))) << name;
}

TEST_F(PostsExport, OverwritesNothingUnlessAsked) {
  write_job("named", "posts = \"posts\"\npseudonyms = false");
  folder_.write("mine.csv", "mine");
  EXPECT_THAT(refusal(options("named", "mine.csv")), HasSubstr("2: "));
  EXPECT_EQ(text_of("mine.csv"), "mine");
  EXPECT_THAT(refusal(options("named", "posts")), HasSubstr("is a folder"));
  RunOptions replacing = options("named", "mine.csv");
  replacing.replace = true;
  EXPECT_EQ(refusal(replacing), "done");
  EXPECT_NE(text_of("mine.csv"), "mine");
}

}  // namespace
}  // namespace shoal
