// All ranks list what one would, and each holds and reads its share.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>

#include "given_formats.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/random.hpp"
#include "support/counted_memory.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;
using testing::SharedFolder;
using testing::world;
using Names = std::vector<std::string>;

void touch(const fs::path& file) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << "{}";
}

/// Everything of a unit but its number.
Names shown(const std::vector<Unit>& units) {
  Names names;
  for (const Unit& unit : units) {
    names.push_back(fmt::format("{} {} {} {} {} {} {}", unit.relative, unit.path, unit.bytes, unit.format,
                                unit.offset, unit.file_bytes, unit.modified));
  }
  std::ranges::sort(names);
  return names;
}

/// Lists with all ranks; what they have must be what one rank lists, numbered once each.
std::vector<Unit> list_by_all(const std::vector<PathPattern>& patterns, std::int64_t range_bytes = 10) {
  const Listing alone = list_units(patterns, testing::given_readers(), range_bytes);
  const Listing mine = list_units(world(), patterns, testing::given_readers(), range_bytes);
  const std::vector<Unit> all = testing::of_all_ranks(mine.units);
  EXPECT_EQ(shown(all), shown(alone.units));
  EXPECT_EQ(mine.ignored_files, alone.ignored_files);
  EXPECT_EQ(mine.results_folders, alone.results_folders);
  std::set<std::int64_t> numbers;
  for (const Unit& unit : all) numbers.insert(unit.number);
  EXPECT_EQ(std::ssize(numbers), std::ssize(all));
  EXPECT_TRUE(numbers.empty() || (*numbers.begin() == 0 && *numbers.rbegin() == std::ssize(all) - 1));
  for (std::size_t i = 1; i < mine.units.size(); ++i) {
    const Unit& unit = mine.units[i];
    if (unit.offset > 0) EXPECT_EQ(mine.units[i - 1].path, unit.path) << "ranges of a file are together";
  }
  return all;
}

TEST(SharedListing, IsThatOfOneRank) {
  const SharedFolder folder;
  folder.write("in/a.lines", "#lines\n0123456789012345678901234567890123456789");
  if (world().is_root()) {
    for (int i = 0; i < 40; ++i) touch(folder / fmt::format("in/{}/{}/{}.json", i % 3, i % 5, i));
    for (const char* name : {"in/1/mine/export.mark", "in/1/mine/a.part", "in/notes.md", "in/2/._a.json",
                             "in/3/out/run.json", "in/3/out/posts.h5ad", "in/4/b.box"}) {
      touch(folder / name);
    }
    fs::create_directory_symlink("../0", folder / "in/1/zero");
    fs::create_directory_symlink("nowhere", folder / "in/1/dangling");
    fs::create_symlink("../0/0/0.json", folder / "in/1/linked.json");
    fs::create_directories(folder / "in/5");
  }
  world().barrier();
  for (const std::vector<PathPattern>& patterns : std::vector<std::vector<PathPattern>>{
           {{"", folder / "in"}},
           {{"", folder / "in/"}, {"", folder / "in/1"}, {"", folder / "in/0/0/0.json"}},
           {{folder / "in", "*/*/*.json"}, {folder / "in", "?"}},
           {{"", folder / "in/1/mine"}, {folder / "in", "1/*"}},
           {{"", folder / "in/5"}}}) {
    EXPECT_GE(list_by_all(patterns).size(), patterns.front().text.ends_with("5") ? 0u : 4u);
  }
}

TEST(SharedListing, AnErrorOfOneRankIsThatOfAll) {
  const SharedFolder folder;
  if (world().is_root()) touch(folder / "in/out/run.json");
  if (world().is_root()) touch(folder / "in/out/posts.h5ad");
  world().barrier();
  EXPECT_THROW(list_units(world(), {{"", folder / "in/out"}}), InputError);
  EXPECT_THROW(list_units(world(), {{"", folder / "nothing"}}), InputError);
  EXPECT_THROW(list_units(world(), {{folder / "in", "*/nothing*"}}), InputError);
}

/// One search by rising names, which enters each folder once.
void search(const fs::path& folder, const std::string& below, std::set<fs::path>& searched, Names& found) {
  if (!searched.insert(fs::canonical(folder)).second) return;
  Names names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  for (const std::string& name : names) {
    const std::string relative = below.empty() ? name : below + "/" + name;
    if (fs::is_directory(folder / name)) {
      search(folder / name, relative, searched, found);
    } else {
      found.push_back(relative);
    }
  }
}

/// Folders at random places with a file each, and links from some to others; "-" comes before "/", and "a"
/// before both in no name.
void make_linked_tree(const fs::path& root, std::uint64_t seed) {
  const RandomStream draws(seed, "tree");
  std::vector<fs::path> folders{root};
  touch(root / "f.json");
  for (std::uint64_t i = 0; i < 12; ++i) {
    const fs::path in = folders[draws.below(folders.size(), 0, i)];
    const fs::path folder = in / fmt::format("{}{}", "zyxa"[draws.below(4, 1, i)], i % 3 == 0 ? "-" : "");
    if (fs::exists(folder)) continue;
    touch(folder / "f.json");
    folders.push_back(folder);
  }
  for (std::uint64_t i = 0; i < 8; ++i) {
    const fs::path link = folders[draws.below(folders.size(), 2, i)] / fmt::format("{}", "bwy"[i % 3]);
    if (!fs::exists(fs::symlink_status(link)))
      fs::create_directory_symlink(folders[draws.below(folders.size(), 3, i)], link);
  }
}

TEST(SharedListing, LinkedFoldersHaveTheNamesOfOneSearch) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const SharedFolder folder;
    if (world().is_root()) make_linked_tree(folder / "in", seed);
    world().barrier();
    std::set<fs::path> searched;
    Names expected;
    search(folder / "in", "", searched, expected);
    std::ranges::sort(expected);
    Names found;
    for (const Unit& unit : list_by_all({{"", folder / "in"}})) found.push_back(unit.relative);
    std::ranges::sort(found);
    ASSERT_EQ(found, expected) << "tree " << seed;
  }
}

/// So many files of 2 bytes, twenty in each folder.
void make_files(const fs::path& root, std::int64_t files) {
  for (std::int64_t i = 0; i < files; ++i) {
    const fs::path folder = root / fmt::format("{:06}", i / 20);
    if (i % 20 == 0) fs::create_directories(folder);
    std::ofstream(folder / fmt::format("an_account_of_some_length_{}.json", i)) << "{}";
  }
}

TEST(SharedListing, HoldsSharesAlone) {
  const SharedFolder folder;
  const double slope = testing::steepest_slope({600, 1200, 2400}, [&](std::int64_t files) {
    const std::string in = folder / std::to_string(files);
    if (world().is_root()) make_files(in, files);
    world().barrier();
    std::vector<Unit> units;
    const std::int64_t peak = testing::peak_of([&] {
      units = share_by_size(world(), list_units(world(), {{"", in}}).units);
    });
    EXPECT_EQ(world().sum(std::ssize(units)), files);
    return peak;
  });
  EXPECT_LT(slope * world().size(), 3000.0) << "bytes for a file of a rank's share";
  if (world().is_root()) fmt::print("{:.0f} bytes for a file of a rank's share\n", slope * world().size());
}

/// Whose units are these? Each rank begins with some, by `home`.
void expect_even_shares(const std::vector<std::int64_t>& bytes, const std::function<int(std::size_t)>& home) {
  std::vector<Unit> mine;
  std::int64_t largest = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    largest = std::max(largest, bytes[i]);
    if (home(i) == world().rank()) mine.push_back({static_cast<std::int64_t>(i), {}, {}, bytes[i]});
  }
  const std::vector<Unit> shared = share_by_size(world(), mine);
  std::vector<std::int64_t> numbers;
  for (const Unit& unit : testing::of_all_ranks(shared)) numbers.push_back(unit.number);
  std::ranges::sort(numbers);
  std::vector<std::int64_t> each(bytes.size());
  std::iota(each.begin(), each.end(), 0);
  EXPECT_EQ(numbers, each);
  std::int64_t load = 0;
  for (const Unit& unit : shared) load += unit.bytes + 4096;
  const std::int64_t all = world().sum(load);
  EXPECT_LE(world().max(load), std::max(all / world().size() * 33 / 32, largest + 4096) + 1);
}

TEST(ShareBySize, IsEvenWhateverTheRanksBeginWith) {
  const auto last = [](std::size_t) { return world().size() - 1; };
  const auto each = [](std::size_t i) { return static_cast<int>(i) % world().size(); };
  expect_even_shares({}, last);
  expect_even_shares({5}, last);
  expect_even_shares(std::vector<std::int64_t>(3000, 700), last);
  expect_even_shares(std::vector<std::int64_t>(3000, 0), each);
  std::vector<std::int64_t> mixed;
  for (std::int64_t i = 0; i < 4000; ++i) mixed.push_back(i % 100 == 0 ? i * 3000 : i * 7919 % 3000);
  expect_even_shares(mixed, last);
  expect_even_shares(mixed, each);
  mixed.push_back(1'000'000'000);
  expect_even_shares(mixed, each);
}

}  // namespace
}  // namespace shoal
