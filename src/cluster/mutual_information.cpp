// Mutual information of two groupings, and what chance alone would give (Vinh, Epps and Bailey, "Information
// theoretic measures for clusterings comparison", JMLR 2010). Sums go by rising labels and sizes, logarithms
// are deterministic: a table has one result on every machine.
#include <algorithm>
#include <limits>
#include <vector>

#include "shoal/base/deterministic_math.hpp"
#include "shoal/cluster/agreement.hpp"

namespace shoal {
namespace {

/// Terms of a hypergeometric sum are left out once they are so much smaller than the largest.
constexpr double kNegligible = 1e-20;
/// So many logarithms are kept, at most (8 MiB); further ones are computed each time.
constexpr std::int64_t kKeptLogarithms = std::int64_t{1} << 20;

double log_of(std::int64_t n) { return deterministic_log(static_cast<double>(n)); }

/// For two groups of a and b items among N: the expectation of n / N ln(N n / (a b)), where n, how many items
/// they share, is hypergeometric. The probabilities come from the ratio of each to the next, outwards from
/// the largest: they need no factorials, whose logarithms would lose digits.
class ExpectedInformation {
 public:
  ExpectedInformation(std::int64_t items, std::int64_t largest_group)
      : items_(items), log_items_(log_of(items)), logarithms_(1) {
    for (std::int64_t n = 1; n < std::min(largest_group + 1, kKeptLogarithms); ++n)
      logarithms_.push_back(log_of(n));
  }

  [[nodiscard]] double of(std::int64_t a, std::int64_t b) const {
    Sums sums;
    const double offset = log_items_ - kept_log(a) - kept_log(b);
    const auto add = [&](std::int64_t n, double weight) {
      sums.weight += weight;
      if (n > 0) sums.information += weight * static_cast<double>(n) * (kept_log(n) + offset);
    };
    const std::int64_t least = std::max<std::int64_t>(0, a + b - items_);
    const std::int64_t most = std::min(a, b);
    const std::int64_t mode = likeliest(a, b);
    double weight = 1.0;
    for (std::int64_t n = mode;; ++n) {
      add(n, weight);
      if (n == most || weight < kNegligible) break;
      weight *= ratio(a, b, n);
    }
    weight = 1.0;
    for (std::int64_t n = mode; n > least && weight >= kNegligible; --n) {
      weight /= ratio(a, b, n - 1);
      add(n - 1, weight);
    }
    return sums.information / (sums.weight * static_cast<double>(items_));
  }

 private:
  struct Sums {
    double weight = 0.0;
    double information = 0.0;
  };

  [[nodiscard]] double kept_log(std::int64_t n) const {
    return n < std::ssize(logarithms_) ? logarithms_[static_cast<std::size_t>(n)] : log_of(n);
  }

  /// floor((a + 1) (b + 1) / (N + 2))
  [[nodiscard]] std::int64_t likeliest(std::int64_t a, std::int64_t b) const {
    __extension__ using Wide = __int128;
    return static_cast<std::int64_t>(static_cast<Wide>(a + 1) * (b + 1) / (items_ + 2));
  }

  /// P(n + 1) / P(n)
  [[nodiscard]] double ratio(std::int64_t a, std::int64_t b, std::int64_t n) const {
    return static_cast<double>(a - n) * static_cast<double>(b - n) /
           (static_cast<double>(n + 1) * static_cast<double>(items_ - a - b + n + 1));
  }

  std::int64_t items_;
  double log_items_;
  std::vector<double> logarithms_;  ///< of 1, 2 ...; [0] is not used
};

/// How many groups have each size.
std::map<std::int64_t, std::int64_t> groups_by_size(const std::map<std::int64_t, std::int64_t>& sizes) {
  std::map<std::int64_t, std::int64_t> groups;
  for (const auto& [group, size] : sizes) ++groups[size];
  return groups;
}

double entropy(const std::map<std::int64_t, std::int64_t>& sizes, std::int64_t items) {
  double sum = 0.0;
  if (sizes.size() < 2) return sum;
  for (const auto& [group, size] : sizes)
    sum += static_cast<double>(size) / static_cast<double>(items) * (log_of(items) - log_of(size));
  return sum;
}

double expected_mutual_information(const std::map<std::int64_t, std::int64_t>& rows,
                                   const std::map<std::int64_t, std::int64_t>& columns, std::int64_t items) {
  const auto row_sizes = groups_by_size(rows);
  const auto column_sizes = groups_by_size(columns);
  const ExpectedInformation expected(items,
                                     std::max(row_sizes.rbegin()->first, column_sizes.rbegin()->first));
  double sum = 0.0;
  for (const auto& [a, groups_a] : row_sizes) {
    for (const auto& [b, groups_b] : column_sizes)
      sum += static_cast<double>(groups_a) * static_cast<double>(groups_b) * expected.of(a, b);
  }
  return sum;
}

}  // namespace

double ContingencyTable::mutual_information() const {
  if (rows_.size() < 2 || columns_.size() < 2) return 0.0;
  const double log_items = log_of(items_);
  std::map<std::int64_t, double> row_logs;
  std::map<std::int64_t, double> column_logs;
  for (const auto& [group, size] : rows_) row_logs[group] = log_of(size);
  for (const auto& [group, size] : columns_) column_logs[group] = log_of(size);
  double sum = 0.0;
  for (const auto& [cell, count] : cells_) {
    const double share = static_cast<double>(count) / static_cast<double>(items_);
    sum += share * ((log_of(count) - row_logs[cell.first]) + (log_items - column_logs[cell.second]));
  }
  return std::max(sum, 0.0);  // rounding may leave less
}

double ContingencyTable::adjusted_mutual_information() const {
  // Also where each item is a group of its own: there expectation and maximum are one number.
  if (same_groups()) return 1.0;
  const double expected = expected_mutual_information(rows_, columns_, items_);
  const double most = 0.5 * (entropy(rows_, items_) + entropy(columns_, items_));
  constexpr double kLeast = std::numeric_limits<double>::epsilon();  // as scikit-learn avoids 0 / 0
  const double below = most - expected;
  return (mutual_information() - expected) /
         (below < 0.0 ? std::min(below, -kLeast) : std::max(below, kLeast));
}

}  // namespace shoal
