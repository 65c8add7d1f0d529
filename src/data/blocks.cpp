// Rank r owns blocks [B r / R, B (r + 1) / R) of B.
#include "shoal/data/blocks.hpp"

#include <algorithm>

#include "shoal/base/check.hpp"

namespace shoal {

RowRange BlockPartition::owned_by(int rank) const {
  SHOAL_EXPECT(0 <= rank && rank < ranks_);
  const std::int64_t first = blocks() * rank / ranks_;
  const std::int64_t last = blocks() * (rank + 1) / ranks_;
  return {std::min(first * kBlockRows, rows_), std::min(last * kBlockRows, rows_)};
}

int BlockPartition::owner_of(std::int64_t row) const {
  SHOAL_EXPECT(0 <= row && row < rows_);
  // The largest r with floor(B r / R) <= block is floor(((block + 1) R - 1) / B).
  const std::int64_t block = row / kBlockRows;
  return static_cast<int>(((block + 1) * ranks_ - 1) / blocks());
}

}  // namespace shoal
