// Sizes as real ones, which the emulator would take hours for: with TRUE_SIZES=small tests of them are tried
// there, at a part of each size.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace shoal {

/// The size, or a part of it to try these tests.
inline std::int64_t sized(std::int64_t size, std::int64_t divisor) {
  static const char* const sizes = std::getenv("TRUE_SIZES");
  return sizes != nullptr && sizes == std::string_view("small") ? size / divisor : size;
}

}  // namespace shoal
