// Numbers of activations, float or bfloat16, alone and eight at a time: 16 bytes are what a thread moves
// best.
#pragma once

#include <cuda_bf16.h>
#include <cuda_runtime.h>

namespace shoal {

__device__ inline float to_float(float x) { return x; }
__device__ inline float to_float(__nv_bfloat16 x) { return __bfloat162float(x); }

template <class T>
__device__ T from_float(float x);
template <>
__device__ inline float from_float<float>(float x) {
  return x;
}
template <>
__device__ inline __nv_bfloat16 from_float<__nv_bfloat16>(float x) {
  return __float2bfloat16_rn(x);
}

/// NaN stays NaN, unlike with fmaxf: a number that was never written must show.
__device__ inline float relu(float x) { return x < 0.0F ? 0.0F : x; }
__device__ inline float larger(float a, float b) { return b > a || b != b ? b : a; }

struct Eight {
  float v[8];
};
struct alignas(16) EightBf16 {
  __nv_bfloat16 v[8];
};

/// from, to: aligned to 16 bytes.
__device__ inline Eight load_eight(const float* from) {
  const auto* const quads = reinterpret_cast<const float4*>(from);
  const float4 a = quads[0];
  const float4 b = quads[1];
  return {{a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w}};
}
__device__ inline Eight load_eight(const __nv_bfloat16* from) {
  const EightBf16 packed = *reinterpret_cast<const EightBf16*>(from);
  Eight values;
  for (int i = 0; i < 8; ++i) values.v[i] = __bfloat162float(packed.v[i]);
  return values;
}
__device__ inline void store_eight(float* to, const Eight& x) {
  auto* const quads = reinterpret_cast<float4*>(to);
  quads[0] = make_float4(x.v[0], x.v[1], x.v[2], x.v[3]);
  quads[1] = make_float4(x.v[4], x.v[5], x.v[6], x.v[7]);
}
__device__ inline void store_eight(__nv_bfloat16* to, const Eight& x) {
  EightBf16 packed;
  for (int i = 0; i < 8; ++i) packed.v[i] = __float2bfloat16_rn(x.v[i]);
  *reinterpret_cast<EightBf16*>(to) = packed;
}

}  // namespace shoal
