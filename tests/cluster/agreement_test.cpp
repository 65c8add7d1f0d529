// Against scikit-learn 1.2.1's adjusted_rand_score, whose values for these labels stand here.
#include "shoal/cluster/agreement.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace shoal {
namespace {

ContingencyTable table_of(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  ContingencyTable table;
  for (std::size_t i = 0; i < a.size(); ++i) table.add(a[i], b[i]);
  return table;
}

double index_of(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  return table_of(a, b).adjusted_rand_index();
}

TEST(AdjustedRandIndex, IsScikitLearnsForFewItems) {
  EXPECT_DOUBLE_EQ(index_of({0, 0, 1, 1}, {1, 1, 0, 0}), 1.0) << "numbers of groups do not matter";
  EXPECT_DOUBLE_EQ(index_of({0, 0, 1, 2}, {0, 0, 1, 1}), 0.5714285714285714);
  EXPECT_DOUBLE_EQ(index_of({0, 0, 1, 1}, {0, 1, 0, 1}), -0.5);
  EXPECT_DOUBLE_EQ(index_of({0, 0, 0, 0}, {0, 1, 2, 3}), 0.0);
}

TEST(AdjustedRandIndex, IsScikitLearnsForAThousandItems) {
  std::vector<std::int64_t> a;
  std::vector<std::int64_t> other;
  std::vector<std::int64_t> near;
  for (std::int64_t i = 0; i < 1000; ++i) {
    a.push_back((i * i) % 7);
    other.push_back((i * i + i / 10) % 5);
    near.push_back(i % 9 != 0 ? a.back() : (a.back() + 1) % 7);
  }
  EXPECT_DOUBLE_EQ(index_of(a, other), -0.0031597914670732094);
  EXPECT_DOUBLE_EQ(index_of(a, near), 0.7945312864691499);
}

TEST(AdjustedRandIndex, DoesNotOverflowWithBillionsOfItems) {
  ContingencyTable table;
  table.add(0, 0, 1'000'000'000);
  table.add(1, 1, 1'000'000'000);
  EXPECT_EQ(table.adjusted_rand_index(), 1.0);
  table.add(0, 1, 500'000'000);
  table.add(1, 0, 500'000'000);
  EXPECT_NEAR(table.adjusted_rand_index(), 1.0 / 9.0, 1e-8);
}

TEST(AdjustedRandIndex, IsOneWhereThereIsNothingToTellApart) {
  EXPECT_EQ(ContingencyTable().adjusted_rand_index(), 1.0);
  EXPECT_EQ(index_of({3}, {5}), 1.0);
  EXPECT_EQ(index_of({0, 0, 0}, {1, 1, 1}), 1.0);
}

}  // namespace
}  // namespace shoal
