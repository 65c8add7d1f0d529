// The block: 256 consecutive rows, the unit of owning. Which rank owns what is a function of counts alone.
#pragma once

#include <cstdint>

namespace shoal {

/// Rows of a block; only the last block of a table has fewer.
inline constexpr std::int64_t kBlockRows = 256;

/// Half-open range of global row numbers.
struct RowRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  [[nodiscard]] std::int64_t size() const { return end - begin; }
  [[nodiscard]] bool contains(std::int64_t row) const { return begin <= row && row < end; }
  friend bool operator==(const RowRange&, const RowRange&) = default;
};

/// Gives each rank a run of whole blocks of a table, as evenly as whole blocks allow.
class BlockPartition {
 public:
  BlockPartition() = default;
  BlockPartition(std::int64_t rows, int ranks) : rows_(rows), ranks_(ranks) {}

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] int ranks() const { return ranks_; }
  [[nodiscard]] std::int64_t blocks() const { return (rows_ + kBlockRows - 1) / kBlockRows; }
  /// The rows that a rank owns; empty where there are fewer blocks than ranks.
  [[nodiscard]] RowRange owned_by(int rank) const;
  [[nodiscard]] int owner_of(std::int64_t row) const;

 private:
  std::int64_t rows_ = 0;
  int ranks_ = 1;
};

}  // namespace shoal
