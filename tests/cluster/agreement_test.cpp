// Against scikit-learn 1.2.1's adjusted_rand_score, whose values for these labels stand here.
#include "shoal/cluster/agreement.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <string>
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

/// What scikit-learn said of a table (tools/golden/make_group_agreement.py).
struct JudgedTable {
  ContingencyTable table;
  double mutual_information = 0.0;
  double adjusted_mutual_information = 0.0;
  double adjusted_rand_index = 0.0;
  std::string name;
};

std::vector<JudgedTable> judged_tables() {
  std::ifstream golden(SHOAL_TEST_DIR "/golden/agreement.txt");
  golden.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  std::vector<JudgedTable> judged;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  while (golden >> rows >> columns) {
    JudgedTable& one = judged.emplace_back();
    one.name = "table " + std::to_string(judged.size()) + ", " + std::to_string(rows) + " x " +
               std::to_string(columns);
    for (std::int64_t cell = 0; cell < rows * columns; ++cell) {
      std::int64_t items = 0;
      golden >> items;
      one.table.add(cell / columns, cell % columns, items);
    }
    golden >> one.mutual_information >> one.adjusted_mutual_information >> one.adjusted_rand_index;
  }
  return judged;
}

TEST(Agreement, IsScikitLearns) {
  const std::vector<JudgedTable> judged = judged_tables();
  ASSERT_EQ(judged.size(), 11U);
  for (const JudgedTable& one : judged) {
    EXPECT_NEAR(one.table.mutual_information(), one.mutual_information, 1e-9) << one.name;
    EXPECT_NEAR(one.table.adjusted_mutual_information(), one.adjusted_mutual_information, 1e-9) << one.name;
    EXPECT_NEAR(one.table.adjusted_rand_index(), one.adjusted_rand_index, 1e-9) << one.name;
  }
}

TEST(AdjustedMutualInformation, IsOneOfGroupingsThatAreTheSame) {
  EXPECT_EQ(ContingencyTable().adjusted_mutual_information(), 1.0);
  EXPECT_EQ(table_of({3}, {5}).adjusted_mutual_information(), 1.0);
  EXPECT_EQ(table_of({0, 0, 0}, {1, 1, 1}).adjusted_mutual_information(), 1.0);
  EXPECT_EQ(table_of({0, 1, 2, 3}, {3, 2, 1, 0}).adjusted_mutual_information(), 1.0) << "groups of one item";
  EXPECT_NEAR(table_of({0, 0, 1, 1, 2}, {0, 1, 2, 3, 4}).adjusted_mutual_information(), 0.0, 1e-12);
}

TEST(AdjustedMutualInformation, IsNextToNothingWhereAThousandGroupsAreIndependent) {
  ContingencyTable chance;  // as independent as whole numbers allow, of 125 million items
  for (std::int64_t a = 0; a < 1000; ++a) {
    for (std::int64_t b = 0; b < 1000; ++b) chance.add(a, b, (a + 1) * (b + 3) / 2000);
  }
  EXPECT_NEAR(chance.adjusted_mutual_information(), 0.0, 1e-3);
}

}  // namespace
}  // namespace shoal
