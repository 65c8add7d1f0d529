// Each number is the chain of one row and one component: rows do not know their neighbours.
#include <algorithm>
#include <cmath>

#include "block_products.hpp"
#include "kernels.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/linear/decomposition.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kSlice = Block::kSlice;
/// Of a row's length: what is left of one that no component holds, by rounding and where iteration ended.
constexpr double kHeld = 1e-6;

/// columns x components
Block block_of(const Decomposition& onto) {
  Block block(onto.columns, onto.count());
  for (std::int64_t j = 0; j < onto.count(); ++j) {
    for (std::int64_t i = 0; i < onto.columns; ++i)
      block.at(i, j) = onto.components[static_cast<std::size_t>(j * onto.columns + i)];
  }
  return block;
}

/// Calls work(row, y) for each row of this rank, y having room for all slices of the components.
template <class Work>
void for_rows(std::int64_t rows, std::int64_t slices, int threads, const Work& work) {
  parallel_for(static_cast<std::size_t>((rows + kBlockRows - 1) / kBlockRows), threads,
               [&](std::size_t piece) {
                 std::vector<double> y(static_cast<std::size_t>(slices * kSlice));
                 const std::int64_t first = static_cast<std::int64_t>(piece) * kBlockRows;
                 for (std::int64_t i = first; i < std::min(first + kBlockRows, rows); ++i)
                   work(i, std::span(y));
               });
}

void put(std::span<const double> y, std::span<float> to) {
  for (std::size_t j = 0; j < to.size(); ++j) to[j] = static_cast<float>(y[j]);
}

double squared_length(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value * value;
  return sum;
}

double squared_length(std::span<const float> values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum;
}

}  // namespace

ProjectedRows project(const CsrView& rows, const Decomposition& onto, int threads) {
  const Block components = block_of(onto);
  const InstructionLevel level = detect_instruction_level();
  ProjectedRows result{DenseMatrix(rows.rows(), onto.count()),
                       std::vector<std::uint8_t>(static_cast<std::size_t>(rows.rows()))};
  for_rows(rows.rows(), components.slices(), threads, [&](std::int64_t i, std::span<double> y) {
    const SparseRow row = rows.row(i);
    for (std::int64_t s = 0; s < components.slices(); ++s)
      row_product(row, components.slice(s), y.data() + s * kSlice, level);
    const double held = squared_length(std::span<const double>(y));
    if (held == 0.0 || held < kHeld * kHeld * squared_length(row.values)) return;
    put(y, result.rows.row(i));
    result.present[static_cast<std::size_t>(i)] = 1;
  });
  return result;
}

ProjectedRows project(const MaskedRows& rows, const Decomposition& onto, int threads) {
  const Block components = block_of(onto);
  const InstructionLevel level = detect_instruction_level();
  ProjectedRows result{DenseMatrix(rows.rows.rows, onto.count()),
                       std::vector<std::uint8_t>(static_cast<std::size_t>(rows.rows.rows))};
  for_rows(rows.rows.rows, components.slices(), threads, [&](std::int64_t i, std::span<double> y) {
    if (!rows.has(i)) return;
    const auto row = rows.rows.row(i);
    std::vector<double> centred(row.begin(), row.end());
    for (std::size_t c = 0; c < centred.size(); ++c) centred[c] -= onto.mean[c];
    std::ranges::fill(y, 0.0);
    for (std::int64_t s = 0; s < components.slices(); ++s)
      add_products({centred.data(), onto.columns, 1}, 1, onto.columns, components.slice(s),
                   y.data() + s * kSlice, level);
    put(y, result.rows.row(i));
    result.present[static_cast<std::size_t>(i)] = 1;
  });
  return result;
}

}  // namespace shoal
