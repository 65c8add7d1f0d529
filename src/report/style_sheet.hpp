// How the page looks.
#pragma once

#include <string_view>

namespace shoal {

/// Colours of groups; the class of the n-th largest group is c<n modulo this>.
inline constexpr int kGroupColours = 12;

extern const std::string_view kStyleSheet;

}  // namespace shoal
