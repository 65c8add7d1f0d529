// Whole numbers as people and programs write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shoal {

/// The number that text spells: "44", "1,234" (groups of three), "492.0", "1e3", "-1". Nothing where it is no
/// number, not whole, or does not fit into 64 bits.
std::optional<std::int64_t> whole_number(std::string_view text);

}  // namespace shoal
