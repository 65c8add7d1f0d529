// Scores to probabilities, row by row.
#pragma once

#include <cstdint>

namespace shoal {

/// exp(x - max) / sum, in place, in double and in the order of the columns; each probability is rounded once.
/// values: (rows, columns).
void softmax(float* values, std::int64_t rows, std::int64_t columns);

}  // namespace shoal
