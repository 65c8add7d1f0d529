// The order of rows is one sort over the units of all ranks, of which each rank holds its share.
#include "row_order.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "support/counted_memory.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

/// Unit `number` of all: every third path is that of another file, some of these are copies, and every ninth
/// is the second range of a file.
UnitSummary made_unit(std::int64_t number) {
  UnitSummary unit;
  unit.number = number;
  unit.offset = number % 9 == 8 ? 64 : 0;
  const std::int64_t file = unit.offset > 0 ? number - 1 : number;
  const std::int64_t of_path = file % 3 == 2 ? file / 2 : file;
  unit.relative =
      fmt::format("accounts/{:03}/account_of_some_length_{}.json", of_path * 7919 % 1000, of_path);
  unit.digest = to_hex(sha256(std::to_string(file % 5 == 0 ? 0 : file)));
  unit.posts = number * 31 % 17;
  return unit;
}

/// Units of one rank: dealt unevenly, and not in order.
std::vector<UnitSummary> units_of_rank(std::int64_t all, int rank, int ranks) {
  std::vector<UnitSummary> units;
  for (std::int64_t number = all - 1; number >= 0; --number) {
    const auto reader = (number * number + number / 7) % (2 * ranks) % ranks;
    if (reader == rank) units.push_back(made_unit(number));
  }
  return units;
}

std::vector<UnitSummary*> pointers(std::vector<UnitSummary>& units) {
  std::vector<UnitSummary*> all;
  for (UnitSummary& unit : units) all.push_back(&unit);
  return all;
}

void expect_one_sort(std::int64_t count) {
  std::vector<UnitSummary> all;
  for (std::int64_t number = 0; number < count; ++number) all.push_back(made_unit(number));
  std::ranges::sort(
      all, {}, [](const UnitSummary& unit) { return std::tuple(unit.relative, unit.digest, unit.number); });
  Sha256 digest;
  std::vector<std::int64_t> first(all.size());
  std::int64_t rows = 0;
  for (const UnitSummary& unit : all) {
    if (unit.offset == 0) digest.update(unit.digest + "\n" + unit.relative + "\n");
    first[static_cast<std::size_t>(unit.number)] = rows;
    rows += unit.posts;
  }
  std::vector<UnitSummary> mine = units_of_rank(count, world().rank(), world().size());
  const RowOrder order(world(), pointers(mine));
  EXPECT_EQ(to_hex(order.digest()), to_hex(digest.finish()));
  std::vector<std::int64_t> posts;
  for (const UnitSummary& unit : mine) posts.push_back(unit.posts);
  const auto found = order.first_rows(world(), posts);
  ASSERT_EQ(found.size(), mine.size());
  for (std::size_t i = 0; i < mine.size(); ++i)
    EXPECT_EQ(found[i], first[static_cast<std::size_t>(mine[i].number)]) << mine[i].relative;
}

TEST(RowOrder, IsOneSortOverTheUnitsOfAllRanks) {
  for (const std::int64_t count : {0, 1, 2, 50, 20'000}) expect_one_sort(count);
}

TEST(RowOrder, FirstRowsAreOfTheCountsThatAreGiven) {
  std::vector<UnitSummary> mine = units_of_rank(1000, world().rank(), world().size());
  const RowOrder order(world(), pointers(mine));
  const std::vector<std::int64_t> none(mine.size());
  EXPECT_EQ(order.first_rows(world(), none), none);
  auto places = order.first_rows(world(), std::vector<std::int64_t>(mine.size(), 1));
  EXPECT_EQ(world().sum(std::accumulate(places.begin(), places.end(), std::int64_t{0})), 1000 * 999 / 2);
  std::sort(places.begin(), places.end());
  EXPECT_TRUE(std::adjacent_find(places.begin(), places.end()) == places.end()) << "each unit has its place";
}

TEST(RowOrder, HoldsSharesAlone) {
  const int ranks = world().size();
  // A unit's key has two texts of about 64 bytes; at most it is there twice, and packed twice.
  const double slope = testing::steepest_slope({20'000, 40'000, 80'000}, [&](std::int64_t units) {
    std::vector<UnitSummary> mine;
    for (std::int64_t number = world().rank(); number < units; number += ranks)
      mine.push_back(made_unit(number));
    const auto all = pointers(mine);
    return testing::peak_of([&] {
      const RowOrder order(world(), all);
      EXPECT_EQ(order.first_rows(world(), std::vector<std::int64_t>(all.size(), 1)).size(), all.size());
    });
  });
  EXPECT_LT(slope * ranks, 1200.0) << "bytes for a unit of a rank's share";
  if (world().is_root()) fmt::print("{:.0f} bytes for a unit of a rank's share\n", slope * ranks);
}

}  // namespace
}  // namespace shoal
