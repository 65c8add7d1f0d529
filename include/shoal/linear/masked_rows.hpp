// The rows that this rank owns of a dense table, of which some may be absent.
#pragma once

#include <cstdint>
#include <span>

#include "shoal/data/blocks.hpp"
#include "shoal/data/matrix.hpp"

namespace shoal {

/// Absent rows keep their numbers, so that a row's block of 256 is the same on any number of ranks. range
/// begins with a block.
struct MaskedRows {
  DenseView rows;
  RowRange range;
  std::span<const std::uint8_t> present{};  ///< 1 for each row that is there; empty: all are

  [[nodiscard]] bool has(std::int64_t i) const {
    return present.empty() || present[static_cast<std::size_t>(i)] != 0;
  }
};

}  // namespace shoal
