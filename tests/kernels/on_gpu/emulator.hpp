// In place of the emulator where the tests of kernels/ run on a GPU: nothing is ordered by a seed, and what
// only an emulator can count is not counted.
#pragma once

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace emulator {

inline constexpr bool kEmulated = false;

struct Devices {
  int count = 1;
  std::size_t memory = 0;
};

/// What an earlier test left behind must show in that test.
inline void restart(std::uint64_t, const Devices& = {}) {
  ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
  ASSERT_EQ(cudaGetLastError(), cudaSuccess);
}
inline std::size_t live_allocations() { return 0; }
inline std::size_t device_bytes() { return 0; }
inline std::uint64_t allocations() { return 0; }

}  // namespace emulator
