// Means and deviations of columns over the rows of all ranks.
#pragma once

#include <cstdint>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/linear/masked_rows.hpp"

namespace shoal {

struct ColumnMoments {
  std::int64_t rows = 0;  ///< that are there, of all ranks
  std::vector<double> means;
  std::vector<double> deviations;  ///< of the population; exactly 0 where all values are equal
};

/// By exact sums with a scale for each column, so that small columns beside large ones lose nothing.
/// Collective. Throws FailureError, naming row and column, for a value that is not finite.
ColumnMoments column_moments(Communicator& comm, const MaskedRows& rows, int threads);

}  // namespace shoal
