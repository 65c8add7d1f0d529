// The sentence.
#include "shoal/data/usable_value.hpp"

#include <fmt/format.h>

#include "shoal/base/error.hpp"

namespace shoal {

void refuse_value(float value, std::int64_t row, std::int64_t column, std::string_view done) {
  throw FailureError(fmt::format("row {}, column {} holds {}, which cannot be {}", row, column, value, done));
}

}  // namespace shoal
