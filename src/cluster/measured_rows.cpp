// Plain loops; dense ones in eight sums side by side, which any processor can add up at once.
#include "measured_rows.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/data/usable_value.hpp"

namespace shoal {
namespace {

constexpr std::size_t kLanes = 8;

template <class A, class B>
double sum_of_squared_differences(const A* a, const B* b, std::size_t n) {
  double lanes[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double difference = static_cast<double>(a[i + lane]) - static_cast<double>(b[i + lane]);
      lanes[lane] += difference * difference;
    }
  }
  for (; i < n; ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    lanes[i % kLanes] += difference * difference;
  }
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

double largest_of(std::span<const float> values) {
  double largest = 0.0;
  for (const float value : values) largest = std::max(largest, std::abs(static_cast<double>(value)));
  return largest;
}

}  // namespace

DenseView measured_view(const DenseRowSource& rows) {
  const DenseView view = rows.rows(0, rows.range().size());
  for (std::int64_t i = 0; i < view.rows; ++i) {
    const auto row = view.row(i);
    for (std::size_t c = 0; c < row.size(); ++c)
      require_usable(row[c], rows.range().begin + i, static_cast<std::int64_t>(c), "measured");
  }
  return view;
}

CsrView measured_view(const SparseRowSource& rows) {
  const CsrView view = rows.rows(0, rows.range().size());
  for (std::int64_t i = 0; i < view.rows(); ++i) {
    const SparseRow row = view.row(i);
    for (std::size_t e = 0; e < row.values.size(); ++e)
      require_usable(row.values[e], rows.range().begin + i, row.columns[e], "measured");
  }
  return view;
}

DenseMatrix gather(const DenseView& rows, std::span<const std::int64_t> wanted) {
  DenseMatrix some(std::ssize(wanted), rows.columns);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto row = rows.row(wanted[i]);
    std::copy(row.begin(), row.end(), some.row(static_cast<std::int64_t>(i)).begin());
  }
  return some;
}

CsrMatrix gather(const CsrView& rows, std::span<const std::int64_t> wanted) {
  CsrMatrix some;
  some.columns = rows.columns;
  for (const std::int64_t i : wanted) {
    const SparseRow row = rows.row(i);
    some.indices.insert(some.indices.end(), row.columns.begin(), row.columns.end());
    some.values.insert(some.values.end(), row.values.begin(), row.values.end());
    some.close_row();
  }
  return some;
}

double largest_value(const DenseView& rows) {
  return largest_of({rows.values, static_cast<std::size_t>(rows.rows * rows.columns)});
}

double largest_value(const CsrView& rows) {
  double largest = 0.0;
  for (std::int64_t i = 0; i < rows.rows(); ++i) largest = std::max(largest, largest_of(rows.row(i).values));
  return largest;
}

double squared_distance(const DenseView& a, std::int64_t i, const DenseView& b, std::int64_t j) {
  return sum_of_squared_differences(a.row(i).data(), b.row(j).data(), static_cast<std::size_t>(a.columns));
}

double squared_distance(const CsrView& a, std::int64_t i, const CsrView& b, std::int64_t j) {
  const SparseRow x = a.row(i);
  const SparseRow y = b.row(j);
  double sum = 0.0;
  std::size_t p = 0;
  std::size_t q = 0;
  while (p < x.columns.size() || q < y.columns.size()) {
    const bool has_x = p < x.columns.size() && (q == y.columns.size() || x.columns[p] <= y.columns[q]);
    const bool has_y = q < y.columns.size() && (p == x.columns.size() || y.columns[q] <= x.columns[p]);
    const double difference =
        (has_x ? static_cast<double>(x.values[p]) : 0.0) - (has_y ? static_cast<double>(y.values[q]) : 0.0);
    sum += difference * difference;
    p += has_x ? 1 : 0;
    q += has_y ? 1 : 0;
  }
  return sum;
}

double squared_length(std::span<const double> c) {
  double sum = 0.0;
  for (const double value : c) sum += value * value;
  return sum;
}

double squared_distance(const DenseView& a, std::int64_t i, std::span<const double> c, double) {
  return sum_of_squared_differences(a.row(i).data(), c.data(), c.size());
}

double squared_distance(const CsrView& a, std::int64_t i, std::span<const double> c, double length) {
  const SparseRow row = a.row(i);
  double differences = 0.0;
  double inside = 0.0;  // what c has in the row's columns: in the order of |c|^2, so that equal rows leave 0
  for (std::size_t e = 0; e < row.columns.size(); ++e) {
    const double there = c[static_cast<std::size_t>(row.columns[e])];
    const double difference = static_cast<double>(row.values[e]) - there;
    differences += difference * difference;
    inside += there * there;
  }
  return differences + std::max(length - inside, 0.0);
}

}  // namespace shoal
