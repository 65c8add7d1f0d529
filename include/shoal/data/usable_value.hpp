// Which numbers of features can be computed with.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace shoal {

[[noreturn]] void refuse_value(float value, std::int64_t row, std::int64_t column, std::string_view done);

/// Throws FailureError, naming row and column, for a value that is not finite or whose square overflows
/// float32. done: what is to be done with it, for the sentence: "clustered".
inline void require_usable(float value, std::int64_t row, std::int64_t column, std::string_view done) {
  const double square = static_cast<double>(value) * static_cast<double>(value);
  if (square <= static_cast<double>(std::numeric_limits<float>::max())) return;  // false for NaN
  refuse_value(value, row, column, done);
}

}  // namespace shoal
