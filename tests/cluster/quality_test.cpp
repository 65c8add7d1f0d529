// Measures of groupings against scikit-learn, and what is defined where it raises errors.
#include "shoal/cluster/quality.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "judged_groups.hpp"
#include "shoal/base/error.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using namespace testing;

void expect_judged(const GroupingQuality& quality, const Judged& table, const RowRange& range) {
  EXPECT_NEAR(quality.calinski_harabasz, table.calinski_harabasz, kJudged * table.calinski_harabasz);
  EXPECT_NEAR(quality.davies_bouldin, table.davies_bouldin, kJudged);
  EXPECT_NEAR(quality.cohesion, table.cohesion, kJudged);
  EXPECT_EQ(quality.labelled, std::ssize(table.labels) - std::ranges::count(table.labels, -1));
  ASSERT_EQ(std::ssize(quality.groups), table.k);
  for (std::size_t j = 0; j < quality.groups.size(); ++j) {
    EXPECT_EQ(quality.groups[j].rows, std::ranges::count(table.labels, static_cast<std::int32_t>(j)));
    EXPECT_NEAR(quality.groups[j].cohesion, table.cohesions[j], kJudged) << "group " << j;
    EXPECT_NEAR(quality.groups[j].margin, table.margins[j], kJudged) << "group " << j;
  }
  for (std::size_t i = 0; i < quality.distances.size(); ++i) {
    const JudgedRow& row = table.of_rows[static_cast<std::size_t>(range.begin) + i];
    const bool grouped = table.labels[static_cast<std::size_t>(range.begin) + i] >= 0;
    EXPECT_NEAR(quality.distances[i], row.distance, kJudged) << "row " << i;
    EXPECT_NEAR(quality.margins[i], row.margin, kJudged) << "row " << i;
    // Which of two that are as near NumPy takes is a matter of its rounding.
    if (std::abs(row.margin) > kJudged || !grouped)
      EXPECT_EQ(quality.seconds[i], grouped ? row.second : -1) << "row " << i;
  }
}

TEST(GroupingQuality, IsScikitLearnsAndNumpys) {
  const std::vector<Judged> tables = judged_tables();
  ASSERT_EQ(tables.size(), 2U);
  for (const Judged& table : tables) {
    const Share share(world(), table.rows, table.labels);
    const GroupLabels groups{share.labels, table.k};
    expect_judged(grouping_quality(world(), arrays(), share.dense, groups, table.centroids, 2), table,
                  share.range);
    expect_judged(grouping_quality(world(), arrays(), share.sparse, groups, table.centroids, 2), table,
                  share.range);
  }
}

TEST(GroupingQuality, HasTheBitsOfOneRank) {
  const DenseMatrix rows = made_rows();
  std::vector<std::int32_t> labels;
  for (std::int32_t i = 0; i < 400; ++i) labels.push_back(i % 9);
  const auto single = make_single_rank();
  const Share all(*single, rows, labels);
  const Share share(world(), rows, labels);
  const GroupLabels groups{labels, 9};
  const GroupLabels mine{share.labels, 9};
  const auto expect_same = [&](const auto& everything, const auto& some) {
    const std::vector<double> means = group_means(*single, arrays(), everything, groups);
    EXPECT_EQ(group_means(world(), arrays(), some, mine), means);
    const GroupingQuality expected = grouping_quality(*single, arrays(), everything, groups, means, 1);
    const GroupingQuality found = grouping_quality(world(), arrays(), some, mine, means, 2);
    EXPECT_EQ(found.calinski_harabasz, expected.calinski_harabasz);
    EXPECT_EQ(found.davies_bouldin, expected.davies_bouldin);
    EXPECT_EQ(found.cohesion, expected.cohesion);
    for (std::size_t j = 0; j < 9; ++j) EXPECT_EQ(found.groups[j].margin, expected.groups[j].margin);
    for (std::size_t i = 0; i < found.margins.size(); ++i)
      EXPECT_EQ(found.margins[i], expected.margins[static_cast<std::size_t>(share.range.begin) + i]);
  };
  expect_same(all.dense, share.dense);
  expect_same(all.sparse, share.sparse);
}

/// Both kinds of rows.
template <class Expect>
void of_all_equal_rows(std::int64_t k, const Expect& expect) {
  DenseMatrix rows(9, 3);
  for (std::size_t i = 0; i < rows.values.size(); ++i)
    rows.values[i] = i % 3 == 0 ? 1e-9F : 1e5F / 3.0F;  // sums cannot hold all digits of both
  std::vector<std::int32_t> labels;
  for (std::int32_t i = 0; i < 9; ++i) labels.push_back(i % static_cast<std::int32_t>(k));
  const Share share(world(), rows, labels);
  const GroupLabels groups{share.labels, k};
  const std::vector<GroupLabels> one{groups};
  const auto measure = [&](const auto& some) {
    const auto means = group_means(world(), arrays(), some, groups);
    expect(grouping_quality(world(), arrays(), some, groups, means, 1),
           silhouettes(world(), some, one, {})[0]);
  };
  measure(share.dense);
  measure(share.sparse);
}

TEST(GroupingQuality, OfEqualRowsIsThatOfNothingToTellApart) {
  of_all_equal_rows(3, [](const GroupingQuality& quality, const Silhouettes& found) {
    EXPECT_EQ(quality.calinski_harabasz, 1.0);  // as scikit-learn has it
    EXPECT_EQ(quality.davies_bouldin, 0.0);     // so here
    EXPECT_EQ(quality.cohesion, 0.0);
    for (const GroupQuality& group : quality.groups) EXPECT_EQ(group.cohesion, 0.0);
    for (const double margin : quality.margins) EXPECT_EQ(margin, 0.0);
    EXPECT_EQ(found.mean, 0.0);
  });
}

TEST(GroupingQuality, OfRowsThatAreGroupsOfTheirOwnIsDefined) {
  const DenseMatrix rows = made_rows();
  std::vector<std::int32_t> labels(400);
  for (std::int32_t i = 0; i < 400; ++i) labels[static_cast<std::size_t>(i)] = i;
  const Share share(world(), rows, labels);
  const GroupLabels groups{share.labels, 400};
  const auto measure = [&](const auto& some) {
    const GroupingQuality quality =
        grouping_quality(world(), arrays(), some, groups, group_means(world(), arrays(), some, groups), 1);
    EXPECT_EQ(quality.calinski_harabasz, 1.0);
    EXPECT_EQ(quality.davies_bouldin, 0.0);
    EXPECT_NEAR(quality.cohesion, 1.0, 1e-12);
    for (const double margin : quality.margins) EXPECT_GT(margin, 0.0);
    const std::vector<GroupLabels> one{groups};
    EXPECT_EQ(silhouettes(world(), some, one, {})[0].mean, 0.0);
  };
  measure(share.dense);
  measure(share.sparse);
}

TEST(GroupingQuality, OfOneGroupOrNoneComparesNothing) {
  const DenseMatrix rows = made_rows();
  for (const std::int32_t label : {2, -1}) {
    const Share share(world(), rows, std::vector<std::int32_t>(400, label));
    const GroupLabels groups{share.labels, 4};
    const std::vector<double> means = group_means(world(), arrays(), share.dense, groups);
    const GroupingQuality quality = grouping_quality(world(), arrays(), share.dense, groups, means, 1);
    EXPECT_EQ(quality.labelled, label < 0 ? 0 : 400);
    EXPECT_EQ(quality.calinski_harabasz, 0.0);
    EXPECT_EQ(quality.davies_bouldin, 0.0);
    EXPECT_NEAR(quality.cohesion, 0.0, 1e-12);
    EXPECT_TRUE(std::ranges::all_of(quality.margins, [](double margin) { return margin == 0.0; }));
    EXPECT_TRUE(std::ranges::all_of(quality.seconds, [](std::int32_t second) { return second == -1; }));
    const std::vector<GroupLabels> one{groups};
    const Silhouettes found = silhouettes(world(), share.dense, one, {})[0];
    EXPECT_EQ(found.mean, 0.0);
    EXPECT_EQ(found.rows, quality.labelled);
    EXPECT_TRUE(std::ranges::all_of(
        found.of_rows, [&](double value) { return label < 0 ? std::isnan(value) : value == 0.0; }));
  }
}

TEST(GroupingQuality, OfARowAsNearToAnotherGroupHasNoMargin) {
  DenseMatrix rows(3, 2);
  rows.values = {0.7F, 0.0F, 0.0F, 0.7F, 0.0F, 0.3F};  // of the tags 0 and 1
  const std::vector<double> centroids{0.1, 0.2, 0.1, 0.2, 0.3, 0.7};
  const Share share(world(), rows, {0, 1, 2});
  const GroupLabels groups{share.labels, 3};
  const auto measure = [&](const auto& some) {
    const GroupingQuality quality = grouping_quality(world(), arrays(), some, groups, centroids, 1);
    for (std::size_t i = 0; i < quality.margins.size(); ++i) {
      const std::int64_t row = share.range.begin + static_cast<std::int64_t>(i);
      if (row == 0) EXPECT_EQ(quality.margins[i], 0.0);
      if (row == 0) EXPECT_EQ(quality.seconds[i], 1);
      if (row == 1) EXPECT_LT(quality.margins[i], 0.0) << "nearer to another group's centroid";
      if (row == 2) EXPECT_EQ(quality.seconds[i], 0) << "of two as near the lower";
    }
  };
  measure(share.dense);
  measure(share.sparse);
}

TEST(GroupingQuality, RefusesValuesThatAreNoNumbers) {
  DenseMatrix rows(2, 2);
  rows.values = {1.0F, 2.0F, 3.0F, std::numeric_limits<float>::quiet_NaN()};
  const auto single = make_single_rank();
  const std::vector<std::int32_t> labels{0, 1};
  const Share share(*single, rows, labels);
  const std::vector<GroupLabels> one{{labels, 2}};
  EXPECT_THROW(group_means(*single, arrays(), share.dense, one[0]), FailureError);
  EXPECT_THROW(silhouettes(*single, share.sparse, one, {}), FailureError);
}

}  // namespace
}  // namespace shoal
