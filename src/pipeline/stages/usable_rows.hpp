// Values of feature sets that cannot be computed with: inputs that people can mend, told alike on all ranks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/engine/run.hpp"

namespace shoal {

/// A value of a row of this rank.
struct FoundValue {
  std::int64_t row = 0;  ///< counted from this rank's first
  std::int64_t column = 0;
  float value = 0.0F;

  [[nodiscard]] bool is_before(const std::optional<FoundValue>& other) const;
};

/// Where a rank found such a value, all throw the same InputError about the one in the first row: `before`,
/// the value, its column and its row's name, `behind`. Collective.
void refuse_found(Run& run, const Table& table, const ColumnNames& names,
                  const std::optional<FoundValue>& first_of_rank, std::string_view before,
                  std::string_view behind);

/// Refuses a set with a value that is not finite, or whose square overflows float32. heading: of the entry
/// that computes with it, "[features.p]". Collective.
void require_usable_rows(Run& run, const std::string& heading, const std::string& set);

}  // namespace shoal
