// How many rows of all ranks have each pair of labels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shoal/comm/communicator.hpp"

namespace shoal {

/// Counts of rows by two labels, of which either may be -1. The same on all ranks.
struct LabelPairs {
  std::int64_t k_a = 0;
  std::int64_t k_b = 0;
  std::vector<std::int64_t> counts;  ///< (k_a + 1) x (k_b + 1): row 0 and column 0 are those with -1

  /// Rows with the labels a and b.
  [[nodiscard]] std::int64_t both(std::int64_t a, std::int64_t b) const {
    return counts[static_cast<std::size_t>((a + 1) * (k_b + 1) + b + 1)];
  }
};

/// a, b: labels of this rank's rows, from -1 to k_a - 1 and k_b - 1. Collective.
LabelPairs count_label_pairs(Communicator& comm, std::span<const std::int32_t> a, std::int64_t k_a,
                             std::span<const std::int32_t> b, std::int64_t k_b);

}  // namespace shoal
