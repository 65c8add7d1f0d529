// The inner loops against their definitions, at every instruction level, and small eigenvalue problems.
#include "kernels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shoal/base/random.hpp"
#include "support/made_arrays.hpp"
#include "symmetric_eigen.hpp"

namespace shoal {
namespace {

std::vector<InstructionLevel> levels_here() {
  std::vector<InstructionLevel> levels;
  for (const auto level : {InstructionLevel::baseline, InstructionLevel::avx2, InstructionLevel::avx512}) {
    if (level <= detect_instruction_level()) levels.push_back(level);
  }
  return levels;
}

std::vector<double> made_numbers(std::size_t count, std::uint64_t seed) {
  const RandomStream draws(seed, "kernels");
  std::vector<double> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(2.0 * draws.uniform(0, i) - 1.0);
  return numbers;
}

TEST(LinearKernels, ProductsAreChainsOfFusedMultiplyAddsAtEveryLevel) {
  for (const std::int64_t rows : {1, 3, 4, 9}) {
    constexpr std::int64_t kDepth = 37;
    const auto a = made_numbers(static_cast<std::size_t>(rows * kDepth), 1);
    const auto b = made_numbers(kDepth * 32, 2);
    const auto start = made_numbers(static_cast<std::size_t>(rows) * 32, 3);
    std::vector<double> expected = start;
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t k = 0; k < kDepth; ++k) {
        for (std::int64_t j = 0; j < 32; ++j) {
          double& sum = expected[static_cast<std::size_t>(i * 32 + j)];
          sum = std::fma(a[static_cast<std::size_t>(k * rows + i)], b[static_cast<std::size_t>(k * 32 + j)],
                         sum);
        }
      }
    }
    for (const InstructionLevel level : levels_here()) {
      std::vector<double> c = start;
      add_products({a.data(), 1, rows}, rows, kDepth, b.data(), c.data(), level);
      EXPECT_EQ(c, expected) << rows << " rows, " << to_string(level);
    }
  }
}

TEST(LinearKernels, SquaredRowsAddWhatRoundedProductsAddUpTo) {
  const CsrMatrix rows = testing::made_sparse(50, 40, 4);
  const auto slice = made_numbers(40 * 32, 5);
  std::vector<double> scales(32);
  for (std::size_t j = 0; j < 32; ++j) scales[j] = std::ldexp(1.0, 40 + static_cast<int>(j % 7));
  std::vector<std::int64_t> expected(40 * 32);
  std::vector<double> y(32);
  for (std::int64_t i = 0; i < rows.rows(); ++i) {
    const SparseRow row = rows.view().row(i);
    for (std::size_t j = 0; j < 32; ++j) {
      double sum = 0.0;
      for (std::size_t e = 0; e < row.columns.size(); ++e) {
        sum = std::fma(static_cast<double>(row.values[e]),
                       slice[static_cast<std::size_t>(row.columns[e]) * 32 + j], sum);
      }
      y[j] = sum;
      for (std::size_t e = 0; e < row.columns.size(); ++e) {
        expected[static_cast<std::size_t>(row.columns[e]) * 32 + j] +=
            std::llrint(static_cast<double>(row.values[e]) * (sum * scales[j]));
      }
    }
    for (const InstructionLevel level : levels_here()) {
      std::vector<double> product(32);
      row_product(row, slice.data(), product.data(), level);
      EXPECT_EQ(product, y) << "row " << i << ", " << to_string(level);
    }
  }
  for (const InstructionLevel level : levels_here()) {
    std::vector<std::int64_t> sums(expected.size());
    add_squared_rows(rows.view(), 0, rows.rows(), slice.data(), scales.data(), sums.data(), level);
    EXPECT_EQ(sums, expected) << to_string(level);
  }
}

TEST(LinearKernels, HalvesAreRoundedToEven) {
  std::vector<double> values(32);
  const std::vector<double> scales(32, 2.0);
  for (std::size_t i = 0; i < 32; ++i) values[i] = (static_cast<double>(i) - 16.0) / 4.0;
  values[3] = 0x1.fffffffffffp49;
  for (const InstructionLevel level : levels_here()) {
    std::vector<std::int64_t> sums(32, 5);
    add_rounded(values.data(), 32, scales.data(), sums.data(), level);
    for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(sums[i], 5 + std::llrint(values[i] * 2.0)) << i;
  }
}

TEST(SymmetricEigen, SolvesWhatItIsGiven) {
  constexpr std::int64_t n = 70;
  const auto numbers = made_numbers(n * n, 6);
  Block matrix(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = i; j < n; ++j) matrix.at(i, j) = numbers[static_cast<std::size_t>(i * n + j)];
    for (std::int64_t j = 0; j < i; ++j) matrix.at(i, j) = 1e9;  // is not looked at
  }
  const SymmetricEigen eigen = eigen_of_symmetric(matrix);
  EXPECT_TRUE(std::is_sorted(eigen.values.rbegin(), eigen.values.rend()));
  for (std::int64_t v = 0; v < n; ++v) {
    for (std::int64_t i = 0; i < n; ++i) {
      double product = 0.0;
      for (std::int64_t j = 0; j < n; ++j)
        product += matrix.at(std::min(i, j), std::max(i, j)) * eigen.vectors.at(j, v);
      EXPECT_NEAR(product, eigen.values[static_cast<std::size_t>(v)] * eigen.vectors.at(i, v), 1e-12);
    }
  }
}

}  // namespace
}  // namespace shoal
