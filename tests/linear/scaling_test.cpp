// Rows of unit length and standard columns, by hand.
#include "shoal/linear/scaling.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

TEST(UnitRows, HaveTheLengthOneAndZerosNoDirection) {
  DenseMatrix dense(4, 2);
  dense.values = {3.0F, -4.0F, 0.0F, 0.0F, 1e-30F, 0.0F, 9.0F, 9.0F};
  const std::vector<std::uint8_t> present{1, 1, 1, 0};
  const ScaledRows scaled = unit_rows(MaskedRows{dense.view(), {0, 4}, present}, 2);
  EXPECT_EQ(scaled.rows.values, (std::vector<float>{0.6F, -0.8F, 0.0F, 0.0F, 1.0F, 0.0F, 0.0F, 0.0F}));
  EXPECT_EQ(scaled.present, (std::vector<std::uint8_t>{1, 0, 1, 0}));
  CsrMatrix sparse;
  sparse.columns = 9;
  sparse.indices = {2, 7, 4};
  sparse.values = {3.0F, 4.0F, 0.0F};
  sparse.offsets = {0, 2, 2, 3};
  const CsrMatrix unit = unit_rows(sparse.view());
  EXPECT_EQ(unit.values, (std::vector<float>{0.6F, 0.8F, 0.0F}));
  EXPECT_EQ(unit.indices, sparse.indices);
  EXPECT_EQ(unit.offsets, sparse.offsets);
}

TEST(StandardRows, HaveMeanZeroAndDeviationOneAndConstantColumnsAreZero) {
  DenseMatrix dense(4, 3);
  dense.values = {1.0F, 0.1F, 5e8F, 3.0F, 0.1F, 5e8F, 100.0F, 7.0F, 1.0F, 5.0F, 0.1F, 5e8F};
  const std::vector<std::uint8_t> present{1, 1, 0, 1};
  const MaskedRows rows{dense.view(), {0, 4}, present};
  const auto single = make_single_rank();
  const ScaledRows scaled = standard_rows(rows, column_moments(*single, rows, 1), 1);
  const auto step = static_cast<float>(std::sqrt(1.5));
  EXPECT_EQ(scaled.rows.values, (std::vector<float>{-step, 0, 0, 0, 0, 0, 0, 0, 0, step, 0, 0}));
  EXPECT_EQ(scaled.present, present);
}

TEST(ScaledRows, TakeValuesWhoseSquaresAreBeyondFloat32) {
  DenseMatrix dense(2, 2);
  dense.values = {3e38F, 0.0F, -3e38F, 0.0F};
  const MaskedRows rows{dense.view(), {0, 2}, {}};
  const auto single = make_single_rank();
  EXPECT_EQ(unit_rows(rows, 1).rows.values, (std::vector<float>{1, 0, -1, 0}));
  EXPECT_EQ(standard_rows(rows, column_moments(*single, rows, 1), 1).rows.values,
            (std::vector<float>{1, 0, -1, 0}));
}

TEST(ScaledRows, AreRefusedWhereAValueIsNoNumber) {
  DenseMatrix dense(300, 2);
  dense.values[2 * 290 + 1] = std::numeric_limits<float>::infinity();
  try {
    static_cast<void>(unit_rows(MaskedRows{dense.view(), {512, 812}, {}}, 2));
    FAIL() << "an infinity was scaled";
  } catch (const FailureError& error) {
    EXPECT_STREQ(error.what(), "row 802, column 1 holds inf, which cannot be scaled");
  }
}

}  // namespace
}  // namespace shoal
