// damage.csv tells of each damaged record what was done to it, and nothing else is damaged.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "made_corpus.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;
using testing::lines_of;
using testing::rows_of;
using testing::ScratchFolder;
using testing::text_of;
using Json = nlohmann::json;
using Row = std::map<std::string, std::string>;

SynthOptions damaged_options(const std::string& format) {
  SynthOptions options;
  options.format = format;
  options.posts = 5'000;
  options.images = 0;
  options.damage = 0.2;
  return options;
}

std::map<std::string, Row> by_shortcode(const std::vector<Row>& rows) {
  std::map<std::string, Row> found;
  for (const Row& row : rows) found[row.at("shortcode")] = row;
  return found;
}

/// A parser that takes NaN for a number would not be JSON's; here it becomes null.
std::optional<Json> parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? std::nullopt : std::optional(json);
}

/// What a line of a damaged corpus must be, by the kind of damage. post: its line in truth.csv.
using Check = std::function<bool(const std::string& line, const Row& post)>;

const std::map<std::string, Check>& checks() {
  static const auto data = [](const std::string& line) { return Json::parse(line).at("data"); };
  static const std::map<std::string, Check> kChecks = {
      {"number_as_text", [](auto& line, auto&) { return data(line).at("like_count").is_string(); }},
      {"not_a_number", [](auto& line, auto&) { return line.find("\"like_count\":NaN,") != line.npos; }},
      {"no_likes", [](auto& line, auto&) { return !data(line).contains("like_count"); }},
      {"hidden_likes", [](auto& line, auto&) { return data(line).at("like_count") == -1; }},
      {"lone_surrogate",
       [](auto& line, auto&) { return !parsed(line) && line.find(" \\ud83d\"") != line.npos; }},
      {"invalid_utf8",
       [](auto& line, auto&) { return !parsed(line) && line.find("\xF0\x9F\x8C\"") != line.npos; }},
      {"nul_byte", [](auto& line, auto&) { return !parsed(line) && line.find('\0') != line.npos; }},
      {"year_zero", [](auto& line, auto&) { return data(line).at("taken_at") == -62167219200; }},
      {"future", [](auto& line, auto&) { return data(line).at("taken_at") > 3'900'000'000; }},
      {"repeated",
       [](auto& line, auto& post) {
         const Json item = data(line);
         return item.at("like_and_view_counts_disabled") ||
                item.at("like_count").template get<std::int64_t>() > std::stoll(post.at("likes"));
       }},
      {"foreign", [](auto& line, auto&) { return !line.empty() && !parsed(line); }},
      {"cut", [](auto& line, auto&) { return line.starts_with("{\"nav_index\"") && !parsed(line); }},
  };
  return kChecks;
}

TEST(Damage, OfEachLineIsWhatDamageCsvSays) {
  const ScratchFolder folder;
  SynthOptions options = damaged_options("zeeschuimer");
  options.files = 3;
  const SynthSummary summary = make_corpus(folder.path(), options);
  const auto truth = by_shortcode(rows_of(folder.path() / "truth.csv"));
  std::map<std::string, std::set<std::size_t>> damaged;
  std::map<std::string, int> kinds;
  const auto rows = rows_of(folder.path() / "damage.csv");
  EXPECT_EQ(summary.damaged, std::ssize(rows));
  EXPECT_NEAR(static_cast<double>(rows.size()), 1'000.0, 120.0);
  std::map<std::string, std::vector<std::string>> lines;
  for (const fs::path& file : testing::files_of(folder.path() / "posts"))
    lines["posts/" + file.filename().string()] = lines_of(file);
  for (const Row& row : rows) {
    const std::string& kind = row.at("damage");
    const std::size_t record = std::stoul(row.at("record"));
    const std::string& line = lines.at(row.at("file")).at(record);
    const bool of_post = kind != "foreign";
    ASSERT_EQ(of_post, truth.contains(row.at("shortcode")));
    ASSERT_TRUE(checks().at(kind)(line, of_post ? truth.at(row.at("shortcode")) : Row{}))
        << kind << ": " << line;
    // A record that is cut may end before its code.
    if (of_post && kind != "cut")
      ASSERT_NE(line.find("\"code\":\"" + row.at("shortcode")), line.npos) << kind;
    ASSERT_TRUE(damaged[row.at("file")].insert(record).second);
    ++kinds[kind];
  }
  for (const auto& [kind, check] : checks()) EXPECT_GT(kinds[kind], 40) << kind;
  // All others are whole, and each post has one line that is not said to be damaged, or a damaged one.
  std::size_t whole = 0, all = 0;
  for (const auto& [file, texts] : lines) {
    for (std::size_t record = 0; record < texts.size(); ++record, ++all) {
      if (damaged[file].contains(record)) continue;
      const auto item = parsed(texts[record]);
      ASSERT_TRUE(item) << file << " " << record;
      const Row& post = truth.at(item->at("data").at("code"));
      if (!item->at("data").at("like_and_view_counts_disabled").get<bool>())
        ASSERT_EQ(std::to_string(item->at("data").at("like_count").get<std::int64_t>()), post.at("likes"));
      ++whole;
    }
  }
  EXPECT_EQ(whole + rows.size(), all);
  EXPECT_EQ(all, 5'000U + static_cast<std::size_t>(kinds["foreign"] + kinds["repeated"]));
}

TEST(Damage, OfProfilesIsWhatDamageCsvSays) {
  const ScratchFolder folder;
  make_corpus(folder.path(), damaged_options("profile"));
  std::map<std::string, std::map<std::size_t, Row>> damaged;
  std::set<std::string> kinds;
  for (const Row& row : rows_of(folder.path() / "damage.csv")) {
    damaged[row.at("file")][std::stoul(row.at("record"))] = row;
    kinds.insert(row.at("damage"));
  }
  EXPECT_EQ(kinds.size(), 12U);
  std::size_t parsed_files = 0, cut = 0, compared = 0;
  for (const fs::path& path : testing::files_of(folder.path() / "profiles")) {
    const std::string file = "profiles/" + path.filename().string();
    const std::string text = text_of(path);
    const auto profile = parsed(text);
    const auto found = damaged.find(file);
    if (found == damaged.end()) {
      ASSERT_TRUE(profile) << file << " is not said to be damaged";
      continue;
    }
    // The account's last record may be cut, and then the file ends in it.
    if (found->second.rbegin()->second.at("damage") == "cut") {
      ++cut;
      ASSERT_FALSE(text.ends_with("}\n")) << file;
    }
    if (!profile) continue;
    ++parsed_files;
    for (const auto& [record, row] : found->second) {
      const Json& post = profile->at("posts").at(record);
      const std::string& kind = row.at("damage");
      if (kind == "foreign") {
        ASSERT_TRUE(post.is_string());
        continue;
      }
      ASSERT_NE(post.at("url").get<std::string>().find(row.at("shortcode")), std::string::npos);
      if (kind == "number_as_text") ASSERT_TRUE(post.at("numberLikes").is_string());
      if (kind == "no_likes") ASSERT_FALSE(post.contains("numberLikes"));
      if (kind == "hidden_likes") ASSERT_EQ(post.at("numberLikes"), -1);
      if (kind == "year_zero") ASSERT_EQ(post.at("date"), "0000-01-01T05:00:00.000Z");
      if (kind == "future") ASSERT_GT(post.at("date"), "2096");
      if (kind == "repeated")
        ASSERT_GT(post.at("numberLikes"), profile->at("posts").at(record - 1).at("numberLikes"));
      ++compared;
    }
  }
  EXPECT_GT(parsed_files, 50U);
  EXPECT_GT(cut, 5U);
  EXPECT_GT(compared, 50U);
}

TEST(Damage, IsAbsentWhereNoneIsAskedFor) {
  const ScratchFolder folder;
  SynthOptions options = damaged_options("zeeschuimer");
  options.damage = 0.0;
  EXPECT_EQ(make_corpus(folder.path(), options).damaged, 0);
  EXPECT_FALSE(fs::exists(folder.path() / "damage.csv"));
}

TEST(Damage, OfAShareOfOneIsInEachRecord) {
  const ScratchFolder folder;
  SynthOptions options = damaged_options("zeeschuimer");
  options.posts = 500;
  options.damage = 1.0;
  EXPECT_EQ(make_corpus(folder.path(), options).damaged, 500);
}

}  // namespace
}  // namespace shoal
