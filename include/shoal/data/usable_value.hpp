// Which numbers of features can be computed with.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace shoal {

[[noreturn]] void refuse_value(float value, std::int64_t row, std::int64_t column, std::string_view done);

/// Whether a value is finite, and its square is in float32.
inline bool is_usable(float value) {
  const double square = static_cast<double>(value) * static_cast<double>(value);
  return square <= static_cast<double>(std::numeric_limits<float>::max());  // false for NaN
}

/// Throws FailureError, naming row and column, for a value that is not usable: whoever has rows of inputs
/// refuses them before, on all ranks. done: what is to be done with it, for the sentence: "clustered".
inline void require_usable(float value, std::int64_t row, std::int64_t column, std::string_view done) {
  if (!is_usable(value)) refuse_value(value, row, column, done);
}

/// Alike, for a value that is not finite.
inline void require_finite(float value, std::int64_t row, std::int64_t column, std::string_view done) {
  if (!std::isfinite(value)) refuse_value(value, row, column, done);
}

}  // namespace shoal
