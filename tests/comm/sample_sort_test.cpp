// One sort over all ranks, in shares.
#include "shoal/comm/sample_sort.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "support/counted_memory.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;
using Values = std::vector<std::string>;

/// Value i of a rank.
using ValueOf = std::function<std::string(int rank, std::int64_t i)>;

std::string digits(std::int64_t number) { return std::to_string(1'000'000'000 + number); }

Values values_of_rank(int rank, std::int64_t count, const ValueOf& value_of) {
  Values values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(value_of(rank, i));
  return values;
}

/// Sorted over ranks, of which each has `count(rank)` values: in order, complete, and shared evenly.
void expect_sorted(const std::function<std::int64_t(int)>& count, const ValueOf& value_of) {
  const int ranks = world().size();
  Values all;
  for (int rank = 0; rank < ranks; ++rank) {
    const Values of_rank = values_of_rank(rank, count(rank), value_of);
    all.insert(all.end(), of_rank.begin(), of_rank.end());
  }
  std::sort(all.begin(), all.end());
  const Values mine = sample_sort(world(), values_of_rank(world().rank(), count(world().rank()), value_of));
  EXPECT_LE(std::ssize(mine), std::ssize(all) / ranks * 5 / 4 + 1) << "of " << all.size();
  const auto begin = all.begin() + world().exclusive_sum(std::ssize(mine));
  EXPECT_TRUE(std::equal(mine.begin(), mine.end(), begin, begin + std::ssize(mine)));
  EXPECT_EQ(world().sum(std::ssize(mine)), std::ssize(all));
}

TEST(SampleSort, IsOneSortOverAllRanks) {
  for (const std::int64_t count : {0, 1, 7, 20'000}) {
    expect_sorted([&](int) { return count; },
                  [](int rank, std::int64_t i) { return digits(i * 7919 % 20'011 + rank); });
  }
}

TEST(SampleSort, SharesEvenlyWhateverTheRanksHave) {
  const auto alike = [](int) { return std::int64_t{5000}; };
  expect_sorted(alike, [](int, std::int64_t i) { return digits(i); });
  expect_sorted(alike, [](int rank, std::int64_t i) { return digits(i - 10'000 * rank); });
  expect_sorted(alike, [](int, std::int64_t) { return "one"; });
  expect_sorted([](int rank) { return std::int64_t{rank == 0 ? 9000 : 0}; },
                [](int, std::int64_t i) { return digits(-i); });
}

TEST(SampleSort, HoldsSharesAlone) {
  const int ranks = world().size();
  // What a value takes: itself, on its way, and its place in both vectors; the root's samples are as many at
  // each size.
  const double slope = testing::steepest_slope({20'000, 40'000, 80'000}, [&](std::int64_t rows) {
    Values mine = values_of_rank(world().rank(), rows / ranks, [&](int rank, std::int64_t i) {
      return digits(i * ranks + rank) + std::string(90, '.');
    });
    return testing::peak_of([&] { sample_sort(world(), std::move(mine)); });
  });
  EXPECT_LT(slope * ranks, 200.0) << "of 100 bytes and the string that has them";
}

}  // namespace
}  // namespace shoal
