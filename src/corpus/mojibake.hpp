// UTF-8 that was taken for Latin-1, and written as UTF-8 once more.
#pragma once

#include <string>

namespace shoal {

/// The text whose UTF-8 bytes the letters of another one are; that other one where they are no UTF-8, or
/// where some are no bytes.
std::string without_mojibake(std::string text);

}  // namespace shoal
