// Rows and columns brought to one scale. Rows do not know their neighbours: what all rows share is given.
#pragma once

#include <cstdint>
#include <vector>

#include "shoal/data/matrix.hpp"
#include "shoal/linear/column_moments.hpp"
#include "shoal/linear/masked_rows.hpp"

namespace shoal {

/// Each row divided by its length. A row of zeros has no direction, and stays as it is.
CsrMatrix unit_rows(const CsrView& rows);

struct ScaledRows {
  DenseMatrix rows;                   ///< absent ones are zeros
  std::vector<std::uint8_t> present;  ///< 1 where the row is there
};

/// The same of dense rows, where a row of zeros becomes absent. range: for messages. Throws FailureError,
/// naming row and column, for a value that is not finite or whose square overflows float32; so does the next
/// one.
ScaledRows unit_rows(const MaskedRows& rows, int threads);

/// Each value less its column's mean, divided by its column's deviation; 0 where that is 0.
ScaledRows standard_rows(const MaskedRows& rows, const ColumnMoments& moments, int threads);

}  // namespace shoal
