// Silhouettes against scikit-learn, whole and of a sample.
#include "shoal/cluster/quality.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "judged_groups.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using namespace testing;

void expect_judged(const Silhouettes& found, const Judged& table, const RowRange& range) {
  EXPECT_NEAR(found.mean, table.silhouette, kJudged);
  std::vector<double> sums(static_cast<std::size_t>(table.k));
  for (std::size_t i = 0; i < table.labels.size(); ++i) {
    if (table.labels[i] >= 0) sums[static_cast<std::size_t>(table.labels[i])] += table.of_rows[i].silhouette;
  }
  for (std::size_t j = 0; j < sums.size(); ++j) {
    const auto size = std::ranges::count(table.labels, static_cast<std::int32_t>(j));
    if (size == 0)
      EXPECT_TRUE(std::isnan(found.of_groups[j]));
    else
      EXPECT_NEAR(found.of_groups[j], sums[j] / static_cast<double>(size), kJudged);
  }
  for (std::size_t i = 0; i < found.of_rows.size(); ++i) {
    const std::size_t row = static_cast<std::size_t>(range.begin) + i;
    if (table.labels[row] < 0)
      EXPECT_TRUE(std::isnan(found.of_rows[i]));
    else
      EXPECT_NEAR(found.of_rows[i], table.of_rows[row].silhouette, kJudged) << "row " << row;
  }
}

TEST(Silhouettes, AreScikitLearns) {
  for (const Judged& table : judged_tables()) {
    const Share share(world(), table.rows, table.labels);
    const std::vector<GroupLabels> groups{{share.labels, table.k}};
    expect_judged(silhouettes(world(), share.dense, groups, {}).front(), table, share.range);
    expect_judged(silhouettes(world(), share.sparse, groups, {}).front(), table, share.range);
  }
}

TEST(Silhouettes, OfASampleAreThoseOfItsRowsAlone) {
  const Judged table = judged_tables().front();
  constexpr std::int64_t kMost = 40;
  const RandomStream stream(9, "silhouette");
  std::vector<std::pair<std::uint64_t, std::size_t>> keys;
  for (std::size_t i = 0; i < table.labels.size(); ++i) keys.emplace_back(stream.bits(0, 1000 - i), i);
  std::sort(keys.begin(), keys.end());
  // The others without a group: then everyone is compared with the sample, and nobody else.
  std::vector<std::int32_t> in_sample(table.labels.size(), -1);
  for (std::size_t i = 0; i < kMost; ++i) in_sample[keys[i].second] = table.labels[keys[i].second];
  std::vector<std::int32_t> halves;  // another grouping of the same rows
  for (std::size_t i = 0; i < table.labels.size(); ++i)
    halves.push_back(table.rows.values[3 * i] > 1002 ? 1 : 0);
  std::vector<std::int32_t> halves_in_sample(halves.size(), -1);
  for (std::size_t i = 0; i < kMost; ++i) halves_in_sample[keys[i].second] = halves[keys[i].second];
  const auto single = make_single_rank();
  const Share all(*single, table.rows, in_sample);
  const auto expected =
      silhouettes(*single, all.dense, std::vector<GroupLabels>{{in_sample, table.k}}, {}).front();
  const auto expected_halves =
      silhouettes(*single, all.dense, std::vector<GroupLabels>{{halves_in_sample, 2}}, {}).front();

  const Share share(world(), table.rows, table.labels);
  const Share by_halves(world(), table.rows, halves);
  std::vector<std::int64_t> numbers;
  for (std::int64_t row = share.range.begin; row < share.range.end; ++row) numbers.push_back(1000 - row);
  SilhouetteSettings settings;
  settings.seed = 9;
  settings.most_rows = kMost;
  settings.plain_numbers = numbers;
  settings.threads = 2;
  const std::vector<GroupLabels> both{{share.labels, table.k}, {by_halves.labels, 2}};
  const std::vector<Silhouettes> found = silhouettes(world(), share.dense, both, settings);
  EXPECT_EQ(found[0].rows, kMost);
  EXPECT_EQ(found[0].mean, expected.mean) << "to the bit, on any number of ranks";
  EXPECT_EQ(found[1].mean, expected_halves.mean) << "the same rows for every grouping";
  for (std::size_t i = 0; i < found[0].of_rows.size(); ++i) {
    const double alone = expected.of_rows[static_cast<std::size_t>(share.range.begin) + i];
    EXPECT_TRUE(found[0].of_rows[i] == alone || (std::isnan(found[0].of_rows[i]) && std::isnan(alone)));
  }
}

}  // namespace
}  // namespace shoal
