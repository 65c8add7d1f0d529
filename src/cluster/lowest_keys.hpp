// Which rows of all ranks have the lowest keys: keyed samples of a fixed size.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <span>

#include "shoal/comm/communicator.hpp"

namespace shoal {

/// A row and its key. No two rows have one number.
struct KeyedRow {
  std::uint64_t key = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t row = std::numeric_limits<std::uint64_t>::max();
  friend auto operator<=>(const KeyedRow&, const KeyedRow&) = default;
};

/// A limit that exactly `count` rows of all ranks do not exceed, those with the lowest keys, equal keys by
/// row; one that no row exceeds where there are not more than `count`. mine: this rank's, in any order. Each
/// rank is told counts alone. Collective.
KeyedRow limit_of_lowest(Communicator& comm, std::span<const KeyedRow> mine, std::int64_t count);

}  // namespace shoal
