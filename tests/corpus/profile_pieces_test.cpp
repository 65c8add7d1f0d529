// A profile that is read piece by piece gives what it gives as a whole, whatever is wrong with it.
#include "profile_pieces.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "read_unit.hpp"
#include "readers.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/random.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"
#include "support/counted_memory.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

using namespace std::string_literals;

ReadResult read_in_pieces(std::string_view text, std::size_t bytes) {
  return read_profile_pieces([=](std::int64_t offset) {
    return text.substr(std::min(static_cast<std::size_t>(offset), text.size()), bytes);
  });
}

/// All that a reading gives, in words.
std::string shown(const ReadResult& read) {
  std::string text = fmt::format("{} records quarantined\n", read.quarantined_records);
  for (const ReadPost& post : read.posts) {
    const Bytes bytes = serialize_object(post.post);
    text += fmt::format("post {}: {}\n", post.record, to_hex(sha256(std::span(bytes))));
  }
  for (const QuarantineRow& row : read.quarantined)
    text += fmt::format("row {} {} {}\n", static_cast<int>(row.kind), row.record, row.reason);
  for (const ValuesOfRecord& of : read.quarantined_values)
    text += fmt::format("values {} {}\n", of.record, of.values);
  for (const Account& account : read.accounts())
    text += fmt::format("account {} {} {}\n", account.key, account.display_name, account.followers.value);
  return text;
}

void expect_alike(const std::string& text, std::size_t bytes) {
  const std::string_view unmarked = without_mark(text);
  ASSERT_EQ(shown(read_in_pieces(unmarked, bytes)), shown(read_profile_json(unmarked)))
      << "in pieces of " << bytes << ":\n"
      << text;
}

const std::string kProfile =
    R"({"alias": "Anna", "numberFollowers": 7, "more": [{"posts": [{"url": "x"}]}, "a"], "posts": [
  {"url": "https://x/p/a/", "tags": ["#Sea", "{[\""], "description": "one \"two\" \\", "numberLikes": 3},
  {"url": "https://x/p/b/", "date": "soon", "in": {"deep": [[{"a": "]}"}]]}} ,7, null,
  {"url": "https://x/p/c/", "description": ")" +
    "\xF0\x9F\x8C\x8A \\ud83d caf\\u00e9"s + R"("},[1],{}
 ], "videos": [{"url": "v"}], "urlProfile": "https://www.instagram.com/anna/"})";

TEST(ProfilePieces, GiveWhatTheWholeGives) {
  const std::vector<std::string> texts{
      kProfile,
      kProfile + "\n",
      kProfile + kProfile,
      kProfile + " x",
      "\xEF\xBB\xBF" + kProfile,
      "",
      "   ",
      "[" + kProfile + "]",
      R"({"posts": [{}], "alias": "late", "posts": [{"url": "https://x/p/z/"},{}]})",
      "{\"p\\u006fsts\": [{},{}], \"post\": [{}]}",
      "{\"posts\": {\"posts\": [{}]}}",
      "{\"posts\": [[{}],{}]}",
      "{\"posts\": [{} {}]}",
      "{\"posts\": [{},,{}]}",
      "{\"posts\": [{}}, {}]}",
      "{\"posts\": [{\"a\": [}]},{}]}",
      "{\"posts\": [{#0+1},{}]}",
      "{\"posts\": [{}, \\ {#0+1},{}]}",
      "{\"posts\": [{}, {\"a\": \\ }, {#0+1},{#1+1},{}]}",
      "{\"posts\": [{\"a\": \\\"},{}]}",
      "{\"posts\": [{\"description\": \"a\nb\"},{\"description\": \"\xFF\"},{\"description\": "
      "\"\xEF\xBF\xBE\"}]}",
      "{\"posts\": [{\"description\": \"\xEF\xBF\xBE\"}]}",
      "{\"alias\": \"\xEF\xBF\xBE\", \"posts\": [{\"description\": \"\xFF\"}]}",
      "{\"posts\": [{\"description\": \"\xEF\xBF\xBE\"}], \"x\": \"\xE2\x82\"}",
      "{\"posts\": [{\"a\": 1}, {\"date\": \"never\", \"numberLikes\": \"x\"}, {\"b\" 1}, {\"url\"",
      "{\"posts\": [{}], \"open\": \"text, and {",
      "{\"posts\": [" + std::string(3000, '[') + std::string(3000, ']') + ",{}]}",
  };
  for (const std::string& text : texts) {
    for (const std::size_t bytes : {1u, 2u, 3u, 7u, 64u, 1u << 20}) {
      expect_alike(text, bytes);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(ProfilePieces, GiveWhatTheWholeGivesWhereverItIsCut) {
  for (std::size_t length = 0; length < kProfile.size(); ++length) {
    expect_alike(kProfile.substr(0, length), 16);
    if (HasFatalFailure()) return;
  }
}

TEST(ProfilePieces, GiveWhatTheWholeGivesWhateverIsChanged) {
  constexpr std::string_view kOdd = "\"\\{}[],: \n\t#x0\xFF\xEF\xBF\xBE";
  for (std::uint64_t i = 0; i < 6000; ++i) {
    const RandomStream draws(i, "changes");
    std::string text = kProfile;
    for (std::uint64_t change = 0; change <= draws.below(3, 0, 0); ++change) {
      const auto at = static_cast<std::size_t>(draws.below(text.size(), 1, change));
      const char odd = kOdd[static_cast<std::size_t>(draws.below(kOdd.size(), 2, change))];
      switch (draws.below(4, 3, change)) {
        case 0:
          text[at] = odd;
          break;
        case 1:
          text.insert(at, 1, odd);
          break;
        case 2:
          text.erase(at, 1);
          break;
        default:
          text.insert(at, text.substr(draws.below(text.size(), 4, change), draws.below(40, 5, change)));
      }
    }
    expect_alike(text, 1 + static_cast<std::size_t>(draws.below(100, 6, 0)));
    if (HasFatalFailure()) return;
  }
}

TEST(ProfilePieces, RowsOfQuarantineEndAndCountsGoOn) {
  std::string posts;
  for (int i = 0; i < 6000; ++i) posts += R"({"date": "never", "numberLikes": "x"},7,)";
  expect_alike("{\"posts\": [" + posts + "{}]}", 4096);
}

/// A profile of so many posts of about 300 bytes.
std::string large_profile(std::int64_t posts) {
  std::string text = R"({"alias": "anna", "posts": [)";
  for (std::int64_t i = 0; i < posts; ++i) {
    text += fmt::format(R"({}{{"url": "https://x/p/{:09}/", "isVideo": true, "localization": "{}"}})",
                        i > 0 ? ",\n" : "", i, std::string(250, 'x'));
  }
  return text + "]}";
}

TEST(ProfilePieces, TheRestOfAFileDoesNotGrowWithItsPosts) {
  ProfileCutter cutter([](const CutPost&) {});
  cutter.add(large_profile(1000));
  EXPECT_EQ(cutter.finish(), R"({"alias": "anna", "posts": [{#0+1000}]})");
}

TEST(ProfilePieces, HoldPostsAndNoText) {
  // Of a post its shortcode is kept, with the room of a post; the text of these is longer.
  const double slope = testing::steepest_slope({20'000, 40'000, 80'000}, [](std::int64_t posts) {
    const std::string text = large_profile(posts);
    return testing::peak_of([&] { EXPECT_EQ(std::ssize(read_in_pieces(text, 1 << 20).posts), posts); });
  });
  // The array of posts grows by halves and is there twice while it does.
  EXPECT_LT(slope, 3.0 * sizeof(ReadPost) + 64) << "bytes for a post";
  const auto whole = [](std::int64_t posts) {
    const std::string text = large_profile(posts);
    return testing::peak_of([&] { read_profile_json(text); });
  };
  const double of_whole = testing::steepest_slope({20'000, 40'000, 80'000}, whole);
  fmt::print("{:.0f} bytes for a post of 330, {:.0f} where the file is held\n", slope, of_whole);
}

TEST(ProfilePieces, WhatMustBeHeldHasALimit) {
  ProfileCutter cutter([](const CutPost&) {});
  cutter.add(R"({"posts": [{"a": ")");
  const std::string part(std::size_t{32} << 20, 'x');
  EXPECT_THROW(
      {
        for (int i = 0; i < 9; ++i) cutter.add(part);
      },
      InputError);
}

TEST(ProfilePieces, LargeFilesAreReadSoAndHaveTheSameDigest) {
  const testing::ScratchFolder folder;
  for (const std::string& mark : {""s, "\xEF\xBB\xBF"s}) {
    const std::string text = mark + large_profile(220'000);
    ASSERT_GT(std::ssize(text), kLargestHeld);
    const std::string path = (folder.path() / "large.json").string();
    std::ofstream(path) << text;
    Unit unit{.path = path, .relative = "large.json", .bytes = std::ssize(text)};
    const UnitContent in_pieces = read_unit(unit, post_readers());
    unit.bytes = 0;  // as if it had been small when it was listed
    const UnitContent whole = read_unit(unit, post_readers());
    EXPECT_EQ(in_pieces.digest, whole.digest);
    EXPECT_EQ(in_pieces.bytes, whole.bytes);
    ASSERT_EQ(in_pieces.result.posts.size(), 220'000u);
    EXPECT_TRUE(shown(in_pieces.result) == shown(whole.result));
  }
  const std::string path = (folder.path() / "unknown.json").string();
  std::ofstream(path) << std::string(static_cast<std::size_t>(kLargestHeld) + 5, 'x');
  Unit unit{.path = path, .relative = "unknown.json", .bytes = kLargestHeld + 5};
  const UnitContent content = read_unit(unit, post_readers());
  ASSERT_EQ(content.result.quarantined.size(), 1u);
  EXPECT_EQ(content.result.quarantined[0].reason, "the file is of no known format");
  unit.bytes = 0;
  EXPECT_EQ(content.digest, read_unit(unit, post_readers()).digest);
}

}  // namespace
}  // namespace shoal
