// Whole numbers as people and programs write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shoal {

/// The number that text spells: "44", "1,234" (groups of three), "492.0", "1e3", "-1". Nothing where it is no
/// number, not whole, or does not fit into 64 bits.
std::optional<std::int64_t> whole_number(std::string_view text);

/// A number without the fraction that programs write behind whole numbers which they hold as floating point:
/// "8.0" is "8". Any other text is as it stands.
std::string_view without_zero_fraction(std::string_view text);

/// Whether text is a number of which only the first digits are left, as Excel and pandas write long ones:
/// "2.26512E+18", with a comma where the language has one, or "2e+18".
bool is_rounded_number(std::string_view text);

}  // namespace shoal
