// The language that kernels are written in, for the host compiler: qualifiers, indices, vector types,
// barriers, warp functions and atomics. Each of the latter knows the line it was called from.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __align__(bytes) alignas(bytes)

struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

namespace emulator {

struct Place {
  const char* file = "";
  int line = 0;
  friend bool operator==(const Place&, const Place&) = default;
};
/// Who runs now.
struct Current {
  uint3 thread{};
  uint3 block{};
  dim3 block_dim;
  dim3 grid_dim;
  int rank = 0;  ///< of the thread in its block; a warp is 32 of them in order
};
extern Current current;

void barrier(Place place);
/// Waits until all lanes of the mask have come with their bits. Returns the bits of all 32 lanes, valid until
/// the caller comes to the next meeting; what the last lane calls `complete` for may change what they point
/// to.
const std::uint64_t* meet(unsigned mask, std::uint64_t bits, Place place,
                          void (*complete)(std::uint64_t* lanes) = nullptr);
/// Now and then lets others run first.
void perhaps_switch();
/// The block's dynamic shared memory.
unsigned char* shared_memory(std::size_t bytes);
[[noreturn]] void wrong_use(const char* sentence, Place place);

/// What lane `source` has brought to the meeting.
template <class T>
T shuffle(unsigned mask, T value, int source, Place place) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  const std::uint64_t* lanes = meet(mask, std::bit_cast<Bits>(value), place);
  if (source < 0 || source > 31) return value;
  if ((mask >> source & 1U) == 0) wrong_use("a shuffle reads from a lane that its mask leaves out", place);
  return std::bit_cast<T>(static_cast<Bits>(lanes[source]));
}

}  // namespace emulator

inline constexpr const uint3& threadIdx = emulator::current.thread;
inline constexpr const uint3& blockIdx = emulator::current.block;
inline constexpr const dim3& blockDim = emulator::current.block_dim;
inline constexpr const dim3& gridDim = emulator::current.grid_dim;

#define EMULATOR_HERE const char *file = __builtin_FILE(), int line = __builtin_LINE()

inline void __syncthreads(EMULATOR_HERE) { emulator::barrier({file, line}); }
inline void __syncwarp(unsigned mask = 0xffffffffU, EMULATOR_HERE) { emulator::meet(mask, 0, {file, line}); }
template <class T>
T __shfl_sync(unsigned mask, T value, int lane, EMULATOR_HERE) {
  return emulator::shuffle(mask, value, lane & 31, {file, line});
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, EMULATOR_HERE) {
  return emulator::shuffle(mask, value, (emulator::current.rank & 31) ^ lanes, {file, line});
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned lanes, EMULATOR_HERE) {
  return emulator::shuffle(mask, value, (emulator::current.rank & 31) + static_cast<int>(lanes),
                           {file, line});
}
inline unsigned __ballot_sync(unsigned mask, int predicate, EMULATOR_HERE) {
  const std::uint64_t* lanes = emulator::meet(mask, predicate != 0 ? 1 : 0, {file, line});
  unsigned votes = 0;
  for (unsigned lane = 0; lane < 32; ++lane) {
    if ((mask >> lane & 1U) != 0 && lanes[lane] != 0) votes |= 1U << lane;
  }
  return votes;
}

template <class T>
T atomicAdd(T* address, T value) {
  emulator::perhaps_switch();
  const T before = *address;
  *address = static_cast<T>(before + value);
  return before;
}

inline float __fmaf_rn(float a, float b, float c) { return std::fmaf(a, b, c); }
inline long long __double2ll_rn(double x) { return std::llrint(x); }
using std::floor;
using std::fmax;
using std::fmaxf;
using std::isfinite;
using std::ldexp;
using std::sqrt;
template <class T>
T __ldg(const T* address) {
  return *address;
}
inline int min(int a, int b) { return a < b ? a : b; }
inline int max(int a, int b) { return a > b ? a : b; }
