// bfloat16: the upper half of a float32, with which networks compute where half the bytes are worth more than
// the digits.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace shoal {

/// Rounded to the nearest, ties to even, as processors and PyTorch do; NaN stays NaN.
inline std::uint16_t to_bfloat16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if (std::isnan(value)) return static_cast<std::uint16_t>((bits >> 16) | 0x40U);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

inline float from_bfloat16(std::uint16_t value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

}  // namespace shoal
