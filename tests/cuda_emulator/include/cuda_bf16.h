// bfloat16 as kernels/ uses it: a pattern of 16 bits, and conversions that round to nearest even.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

struct alignas(2) __nv_bfloat16 {
  std::uint16_t bits;
};

inline float __bfloat162float(__nv_bfloat16 x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16);
}

inline __nv_bfloat16 __float2bfloat16_rn(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  if (std::isnan(x)) return {0x7fff};
  const std::uint32_t half_to_even = 0x7fffU + (bits >> 16 & 1U);
  return {static_cast<std::uint16_t>((bits + half_to_even) >> 16)};
}
