// Extremes first, for the scales; then sums, each thread those of columns of its own.
#include "shoal/linear/column_moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/base/fixed_point.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/data/usable_value.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kPieceColumns = 64;

struct Extremes {
  std::vector<double> least;
  std::vector<double> most;
};

Extremes extremes_of(Communicator& comm, const MaskedRows& rows) {
  const auto columns = static_cast<std::size_t>(rows.rows.columns);
  // One allreduce: the greatest of x and of -x.
  std::vector<double> greatest(2 * columns, -std::numeric_limits<double>::infinity());
  for (std::int64_t i = 0; i < rows.rows.rows; ++i) {
    if (!rows.has(i)) continue;
    const auto row = rows.rows.row(i);
    for (std::size_t c = 0; c < columns; ++c) {
      require_finite(row[c], rows.range.begin + i, static_cast<std::int64_t>(c), "computed with");
      const auto value = static_cast<double>(row[c]);
      greatest[c] = std::max(greatest[c], value);
      greatest[columns + c] = std::max(greatest[columns + c], -value);
    }
  }
  comm.allreduce_max(greatest);
  Extremes extremes;
  extremes.most.assign(greatest.begin(), greatest.begin() + static_cast<std::ptrdiff_t>(columns));
  for (std::size_t c = 0; c < columns; ++c) extremes.least.push_back(-greatest[columns + c]);
  return extremes;
}

/// The mean over all rows of value(x, column), of which each is at most bounds[column].
template <class Value>
std::vector<double> mean_of(Communicator& comm, const MaskedRows& rows, std::int64_t count,
                            const std::vector<double>& bounds, int threads, const Value& value) {
  std::vector<FixedPoint> scales;
  for (const double bound : bounds)
    scales.push_back(FixedPoint::for_sums_of(bound, static_cast<std::uint64_t>(count)));
  std::vector<std::int64_t> sums(bounds.size());
  const std::int64_t pieces = (rows.rows.columns + kPieceColumns - 1) / kPieceColumns;
  parallel_for(static_cast<std::size_t>(pieces), threads, [&](std::size_t piece) {
    const std::size_t begin = piece * kPieceColumns;
    const std::size_t end = std::min(begin + kPieceColumns, sums.size());
    for (std::int64_t i = 0; i < rows.rows.rows; ++i) {
      if (!rows.has(i)) continue;
      const auto row = rows.rows.row(i);
      for (std::size_t c = begin; c < end; ++c)
        sums[c] += scales[c].encode(value(static_cast<double>(row[c]), c));
    }
  });
  comm.allreduce_sum(sums);
  std::vector<double> means;
  for (std::size_t c = 0; c < sums.size(); ++c)
    means.push_back(scales[c].decode(sums[c]) / static_cast<double>(count));
  return means;
}

}  // namespace

ColumnMoments column_moments(Communicator& comm, const MaskedRows& rows, int threads) {
  const auto columns = static_cast<std::size_t>(rows.rows.columns);
  ColumnMoments moments;
  for (std::int64_t i = 0; i < rows.rows.rows; ++i) moments.rows += rows.has(i) ? 1 : 0;
  const Extremes extremes = extremes_of(comm, rows);
  moments.rows = comm.sum(moments.rows);
  moments.means.resize(columns);
  moments.deviations.resize(columns);
  if (moments.rows == 0) return moments;
  std::vector<double> bounds;
  for (std::size_t c = 0; c < columns; ++c)
    bounds.push_back(std::max(std::abs(extremes.least[c]), std::abs(extremes.most[c])));
  moments.means = mean_of(comm, rows, moments.rows, bounds, threads, [](double x, std::size_t) { return x; });
  for (std::size_t c = 0; c < columns; ++c) {
    // A mean that was rounded may stand beside equal values.
    if (extremes.least[c] == extremes.most[c]) moments.means[c] = extremes.least[c];
    const double farthest =
        std::max(extremes.most[c] - moments.means[c], moments.means[c] - extremes.least[c]);
    bounds[c] = farthest * farthest;
  }
  const std::vector<double> variances =
      mean_of(comm, rows, moments.rows, bounds, threads, [&](double x, std::size_t c) {
        const double difference = x - moments.means[c];
        return difference * difference;
      });
  for (std::size_t c = 0; c < columns; ++c) moments.deviations[c] = std::sqrt(variances[c]);
  return moments;
}

}  // namespace shoal
