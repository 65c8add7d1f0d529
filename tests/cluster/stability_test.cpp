// Half-samples, and clusterwise stability against its plain statement in NumPy.
#include "shoal/cluster/stability.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <set>
#include <utility>

#include "cluster/lowest_keys.hpp"
#include "shoal/cluster/agreement.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

/// Rows 0 .. rows - 1 dealt out, so that ranks have different ones.
std::vector<std::int64_t> dealt(Communicator& comm, std::int64_t rows) {
  std::vector<std::int64_t> mine;
  for (std::int64_t row = comm.rank(); row < rows; row += comm.size()) mine.push_back(row);
  return mine;
}

/// The values of a table of all rows that belong to the rows of this rank.
std::vector<std::int32_t> of_rows(const std::vector<std::int32_t>& all,
                                  const std::vector<std::int64_t>& rows) {
  std::vector<std::int32_t> some;
  for (const std::int64_t row : rows) some.push_back(all[static_cast<std::size_t>(row)]);
  return some;
}

TEST(HalfSample, HasTheRowsWithAnEvenKey) {
  const HalfSample sample(5, 3);
  const RandomStream stream(5, "half");
  std::int64_t rows = 0;
  for (std::uint64_t row = 0; row < 2000; ++row) {
    const bool even = stream.bits(3, row) % 2 == 0;
    EXPECT_EQ(sample.contains(static_cast<std::int64_t>(row)), even) << row;
    rows += even ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(rows), 1000.0, 100.0);
  EXPECT_EQ(HalfSample::most_rows(8), 20'000);
  EXPECT_EQ(HalfSample::most_rows(150), 30'000);
}

TEST(HalfSample, WithALimitHasThoseWithTheLowestKeysOfAllRanks) {
  constexpr std::int64_t kRows = 1000;
  const RandomStream stream(5, "half");
  std::vector<std::pair<std::uint64_t, std::int64_t>> even;
  for (std::int64_t row = 0; row < kRows; ++row) {
    const std::uint64_t key = stream.bits(0, static_cast<std::uint64_t>(row));
    if (key % 2 == 0) even.emplace_back(key, row);
  }
  std::sort(even.begin(), even.end());
  for (const std::size_t most :
       {std::size_t{1}, std::size_t{77}, even.size() - 1, even.size(), std::size_t{5000}}) {
    const HalfSample sample =
        HalfSample::limited(world(), 5, 0, dealt(world(), kRows), static_cast<std::int64_t>(most));
    std::set<std::int64_t> expected;
    for (std::size_t i = 0; i < std::min(most, even.size()); ++i) expected.insert(even[i].second);
    for (std::int64_t row = 0; row < kRows; ++row)
      ASSERT_EQ(sample.contains(row), expected.contains(row)) << "row " << row << ", at most " << most;
  }
}

TEST(LowestKeys, OfEqualKeysAreThoseOfTheLowestRows) {
  std::vector<KeyedRow> rows;
  for (const std::int64_t row : dealt(world(), 600))
    rows.push_back({static_cast<std::uint64_t>(row % 3) << 40, static_cast<std::uint64_t>(row)});
  EXPECT_EQ(limit_of_lowest(world(), rows, 600), KeyedRow{}) << "no more than there may be";
  // 200 rows have the key 0; the hundredth behind them that has the next one is row 1 + 3 x 99.
  const KeyedRow limit = limit_of_lowest(world(), rows, 300);
  EXPECT_EQ(limit.key, std::uint64_t{1} << 40);
  EXPECT_GE(limit.row, 298U);
  EXPECT_LT(limit.row, 301U);
}

TEST(ClusterwiseStability, IsThatOfItsPlainStatement) {
  std::ifstream golden(SHOAL_TEST_DIR "/golden/stability.txt");
  golden.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  std::size_t rows = 0;
  std::size_t k = 0;
  std::size_t samples = 0;
  golden >> rows >> k >> samples;
  std::vector<std::int32_t> labels(rows);
  for (std::int32_t& label : labels) golden >> label;
  const std::vector<std::int64_t> mine = dealt(world(), static_cast<std::int64_t>(rows));
  std::vector<std::vector<double>> best;
  for (std::size_t b = 0; b < samples; ++b) {
    std::int64_t groups = 0;
    golden >> groups;
    std::vector<std::int32_t> anew(rows);
    for (std::int32_t& label : anew) golden >> label;
    std::vector<std::int64_t> in_sample = mine;
    std::erase_if(in_sample, [&](std::int64_t row) { return anew[static_cast<std::size_t>(row)] == -2; });
    best.push_back(best_jaccard_indices(world(), of_rows(labels, in_sample), static_cast<std::int64_t>(k),
                                        of_rows(anew, in_sample), groups));
  }
  const std::vector<double> stability = clusterwise_stability(best);
  ASSERT_EQ(stability.size(), 6U);
  for (const double value : stability) {
    double expected = -1.0;
    golden >> expected;
    EXPECT_NEAR(value, expected, 1e-12);
  }
}

TEST(ContingencyTable, OfAllRanksIsThatOfOne) {
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  ContingencyTable expected;
  for (std::int32_t i = 0; i < 500; ++i) {
    a.push_back(i * i % 7 - 1);
    b.push_back(i / 3 % 5 - 1);
    if (a.back() >= 0 && b.back() >= 0) expected.add(a.back(), b.back());
  }
  const std::vector<std::int64_t> mine = dealt(world(), 500);
  const ContingencyTable table = contingency_table(world(), of_rows(a, mine), 6, of_rows(b, mine), 4);
  EXPECT_EQ(table.items(), expected.items());
  EXPECT_EQ(table.adjusted_rand_index(), expected.adjusted_rand_index());
  EXPECT_EQ(table.adjusted_mutual_information(), expected.adjusted_mutual_information());
}

}  // namespace
}  // namespace shoal
