// In doubles, rounded once.
#include "shoal/linear/scaling.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/base/threads.hpp"
#include "shoal/data/usable_value.hpp"

namespace shoal {
namespace {

double length_of(std::span<const float> values) {
  double squares = 0.0;
  for (const float value : values) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares);
}

void divide(std::span<const float> values, double by, std::span<float> to) {
  for (std::size_t c = 0; c < to.size(); ++c) to[c] = static_cast<float>(static_cast<double>(values[c]) / by);
}

/// scale(row, to) of each row that is there, which tells whether the result is.
template <class Scale>
ScaledRows scaled(const MaskedRows& rows, int threads, const Scale& scale) {
  ScaledRows result{DenseMatrix(rows.rows.rows, rows.rows.columns),
                    std::vector<std::uint8_t>(static_cast<std::size_t>(rows.rows.rows))};
  const std::int64_t pieces = (rows.rows.rows + kBlockRows - 1) / kBlockRows;
  parallel_for(static_cast<std::size_t>(pieces), threads, [&](std::size_t piece) {
    const std::int64_t first = static_cast<std::int64_t>(piece) * kBlockRows;
    for (std::int64_t i = first; i < std::min(first + kBlockRows, rows.rows.rows); ++i) {
      if (!rows.has(i)) continue;
      const auto row = rows.rows.row(i);
      for (std::size_t c = 0; c < row.size(); ++c)
        require_finite(row[c], rows.range.begin + i, static_cast<std::int64_t>(c), "scaled");
      result.present[static_cast<std::size_t>(i)] = scale(row, result.rows.row(i)) ? 1 : 0;
    }
  });
  return result;
}

}  // namespace

CsrMatrix unit_rows(const CsrView& rows) {
  CsrMatrix result;
  result.columns = rows.columns;
  result.indices.reserve(rows.indices.size());
  result.values.reserve(rows.indices.size());
  result.offsets.reserve(rows.offsets.size());
  for (std::int64_t i = 0; i < rows.rows(); ++i) {
    const SparseRow row = rows.row(i);
    result.indices.insert(result.indices.end(), row.columns.begin(), row.columns.end());
    result.values.insert(result.values.end(), row.values.begin(), row.values.end());
    const double length = length_of(row.values);
    if (length > 0.0) divide(row.values, length, std::span(result.values).last(row.values.size()));
    result.close_row();
  }
  return result;
}

ScaledRows unit_rows(const MaskedRows& rows, int threads) {
  return scaled(rows, threads, [](std::span<const float> row, std::span<float> to) {
    const double length = length_of(row);
    if (length > 0.0) divide(row, length, to);
    return length > 0.0;
  });
}

ScaledRows standard_rows(const MaskedRows& rows, const ColumnMoments& moments, int threads) {
  return scaled(rows, threads, [&](std::span<const float> row, std::span<float> to) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const double deviation = moments.deviations[c];
      const double centred = static_cast<double>(row[c]) - moments.means[c];
      to[c] = deviation > 0.0 ? static_cast<float>(centred / deviation) : 0.0F;
    }
    return true;
  });
}

}  // namespace shoal
