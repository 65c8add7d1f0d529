// What tests of kernels share: values on the device and back, made numbers, and each test under several
// seeds.
#pragma once

#include <cuda_bf16.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "buffers.hpp"
#include "emulator.hpp"
#include "shoal/base/random.hpp"
#include "stream.hpp"

/// First in a test of what only an emulator can do: count, fail, or be another device.
#define SHOAL_NEEDS_EMULATOR() \
  if (!emulator::kEmulated) GTEST_SKIP() << "only the emulator can do this"

namespace shoal {

/// How often a test under seeds runs: GPU_TEST_RUNS, as tools/gpu-check sets it where each run is slow, or 3.
inline std::uint64_t test_runs() {
  const char* const asked = std::getenv("GPU_TEST_RUNS");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : 3;
}

/// Runs body under several orders of threads, blocks and streams, each on a fresh machine. A GPU has orders
/// of its own.
template <class Body>
void under_seeds(const Body& body, const emulator::Devices& devices = {}) {
  for (std::uint64_t seed = 1; seed <= test_runs(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    emulator::restart(seed, devices);
    body();
    EXPECT_EQ(emulator::live_allocations(), 0U);
  }
}

/// KERNEL_TESTS=all, as tools/soak sets it: everything is tried that can be, and not the part that takes less
/// time.
inline bool all_is_tried() {
  const char* const asked = std::getenv("KERNEL_TESTS");
  return asked != nullptr && asked == std::string("all");
}

/// Of many like cases, which have numbers, each under one seed, the next one under the next; one without a
/// number, where all is tried, and on a GPU: as under_seeds. What a seed decides comes again after three.
template <class Body>
void under_a_seed(std::optional<std::uint64_t> number, const Body& body) {
  if (!number || all_is_tried() || !emulator::kEmulated) {
    under_seeds(body);
    return;
  }
  const std::uint64_t seed = 1 + *number % 3;
  SCOPED_TRACE("seed " + std::to_string(seed));
  emulator::restart(seed);
  body();
  EXPECT_EQ(emulator::live_allocations(), 0U);
}

/// From one call that fails to the next, in a sweep over all of them: such a part of them that seeds (modulo
/// 3) and errors (modulo 2) take turns.
inline std::uint64_t sweep_step() { return all_is_tried() ? 1 : 5; }

template <class T>
DeviceBuffer<T> on_device(const std::vector<T>& values) {
  const auto count = static_cast<std::int64_t>(values.size());
  DeviceBuffer<T> buffer(count, "a test");
  PinnedBuffer<T> pinned(count, "a test");
  std::copy(values.begin(), values.end(), pinned.data());
  Stream stream;
  copy_to_device(buffer.data(), pinned.data(), count, stream);
  stream.synchronize();
  return buffer;
}

template <class T>
std::vector<T> from_device(const DeviceBuffer<T>& buffer) {
  PinnedBuffer<T> pinned(buffer.count(), "a test");
  Stream stream;
  copy_to_host(pinned.data(), buffer.data(), buffer.count(), stream);
  stream.synchronize();
  return {pinned.data(), pinned.data() + buffer.count()};
}

/// Uniform in [-spread / 2, spread / 2).
inline std::vector<float> made_floats(std::int64_t count, std::uint64_t seed, double spread = 2.0) {
  const RandomStream draws(seed, "floats");
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) {
    values.push_back(static_cast<float>((draws.uniform(0, static_cast<std::uint64_t>(i)) - 0.5) * spread));
  }
  return values;
}

inline std::vector<std::uint8_t> made_bytes(std::int64_t count, std::uint64_t seed) {
  const RandomStream draws(seed, "bytes");
  std::vector<std::uint8_t> values;
  for (std::int64_t i = 0; i < count; ++i) {
    values.push_back(static_cast<std::uint8_t>(draws.bits(0, static_cast<std::uint64_t>(i))));
  }
  return values;
}

inline std::vector<__nv_bfloat16> to_bf16(const std::vector<float>& values) {
  std::vector<__nv_bfloat16> rounded;
  for (const float x : values) rounded.push_back(__float2bfloat16_rn(x));
  return rounded;
}
inline std::vector<float> to_floats(const std::vector<float>& values) { return values; }
inline std::vector<float> to_floats(const std::vector<__nv_bfloat16>& values) {
  std::vector<float> wide;
  for (const __nv_bfloat16 x : values) wide.push_back(__bfloat162float(x));
  return wide;
}
template <class T>
std::vector<T> made(std::int64_t count, std::uint64_t seed, double spread = 2.0) {
  if constexpr (std::is_same_v<T, float>) {
    return made_floats(count, seed, spread);
  } else {
    return to_bf16(made_floats(count, seed, spread));
  }
}

/// Whether all bits are the same, NaN included.
template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

/// |a - b| <= relative * scale + absolute for each element; told by its number. NaN fails.
template <class T, class Expected>
void expect_near(const std::vector<T>& found, const std::vector<Expected>& expected, double tolerance) {
  const std::vector<float> wide = to_floats(found);
  ASSERT_EQ(wide.size(), expected.size());
  for (std::size_t i = 0; i < wide.size(); ++i) {
    const auto want = static_cast<double>(expected[i]);
    ASSERT_LE(std::abs(static_cast<double>(wide[i]) - want), tolerance * std::max(1.0, std::abs(want)))
        << "element " << i << ": " << wide[i] << " for " << want;
  }
}

}  // namespace shoal
