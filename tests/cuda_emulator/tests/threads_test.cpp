// The emulator finds what kernels do wrong: barriers left out or not reached by all, warps that fall apart,
// memory that is not theirs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "buffers.hpp"
#include "emulator.hpp"
#include "launch.cuh"
#include "shoal/base/error.hpp"

namespace shoal {

constexpr int kThreads = 96;

/// to[block] = sum of the block's numbers: shuffles within a warp, shared memory between warps.
__global__ void sum_kernel(const float* from, bool with_barrier, float* to) {
  float* const partial = shared_memory<float>(kThreads / kWarp);
  float sum = from[grid_thread()];
  for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(kWholeWarp, sum, lanes);
  if (lane_number() == 0) partial[warp_number()] = sum;
  if (with_barrier) __syncthreads();
  if (thread_number() == 0) to[blockIdx.x] = partial[0] + partial[1] + partial[2];
}

__global__ void half_barrier_kernel(float* to) {
  if (thread_number() < 40) __syncthreads();
  to[thread_number()] = 1.0F;
}

__global__ void two_barriers_kernel(float* to) {
  if (thread_number() < 40) {
    __syncthreads();
  } else {
    __syncthreads();
  }
  to[thread_number()] = 1.0F;
}

__global__ void partial_warp_kernel(int* to) {
  if (lane_number() < 16) to[thread_number()] = __shfl_sync(kWholeWarp, thread_number(), 0);
}

__global__ void foreign_lane_kernel(int* to) {
  if (lane_number() < 16) to[thread_number()] = __shfl_sync(0xffffU, thread_number(), 20);
}

__global__ void half_warps_kernel(int* to) {
  const unsigned mask = lane_number() < 16 ? 0xffffU : 0xffff0000U;
  to[thread_number()] = __shfl_sync(mask, thread_number(), lane_number() / 16 * 16);
}

__global__ void count_kernel(int* counter) { atomicAdd(counter, 1); }

__global__ void ballot_kernel(unsigned* to) {
  const unsigned votes = __ballot_sync(kWholeWarp, lane_number() % 3 == 0);
  if (lane_number() == 0) to[warp_number()] = votes;
}

__global__ void past_shared_kernel(float* to) {
  float* const shared = shared_memory<float>(4);
  shared[4] = 1.0F;
  to[0] = shared[4];
}

__global__ void write_at_kernel(float* to, int at) { to[at] = 1.0F; }
__global__ void read_shared_kernel(float* to) { to[0] = shared_memory<float>(1)[0]; }

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string misuse_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const emulator::Misuse& misuse) {
    return misuse.what();
  }
  return "no misuse";
}

template <class T>
std::vector<T> values_of(const DeviceBuffer<T>& buffer, Stream& stream) {
  PinnedBuffer<T> pinned(buffer.count(), "a test");
  copy_to_host(pinned.data(), buffer.data(), buffer.count(), stream);
  stream.synchronize();
  return {pinned.data(), pinned.data() + pinned.count()};
}

std::vector<float> sums(std::uint64_t seed, bool with_barrier) {
  emulator::restart(seed);
  Stream stream;
  DeviceBuffer<float> from(5 * kThreads, "a test");
  DeviceBuffer<float> to(5, "a test");
  PinnedBuffer<float> pinned(5 * kThreads, "a test");
  for (int i = 0; i < 5 * kThreads; ++i) pinned.data()[i] = static_cast<float>(i);
  copy_to_device(from.data(), pinned.data(), pinned.count(), stream);
  launch(sum_kernel, 5, kThreads, 3 * sizeof(float), stream, from.data(), with_barrier, to.data());
  return values_of(to, stream);
}

/// Runs a kernel of one block that writes up to `count` values.
template <class T, class... Arguments>
std::vector<T> run(void (*kernel)(T*, Arguments...), std::int64_t count, Arguments... arguments) {
  Stream stream;
  DeviceBuffer<T> to(count, "a test");
  fill_with_zeros(to.data(), count, stream);
  launch(kernel, 1, kThreads, 16, stream, to.data(), arguments...);
  return values_of(to, stream);
}

TEST(EmulatedThreads, SumABlockUnderAnyOrder) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto found = sums(seed, true);
    for (std::size_t block = 0; block < 5; ++block) {
      const float first = static_cast<float>(block * kThreads);
      EXPECT_EQ(found[block], kThreads * first + kThreads * (kThreads - 1) / 2.0F) << "seed " << seed;
    }
  }
}

TEST(EmulatedThreads, ShowAMissingBarrierAsANumberThatWasNeverWritten) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const float sum : sums(seed, false)) wrong += std::isnan(sum) ? 1 : 0;
  }
  EXPECT_GT(wrong, 50);
}

TEST(EmulatedThreads, AreNamedWhereABarrierIsNotReachedByAll) {
  emulator::restart(1);
  EXPECT_THAT(misuse_of([] { run(half_barrier_kernel, kThreads); }),
              AllOf(HasSubstr("half_barrier_kernel"), HasSubstr("block (0, 0, 0)"),
                    HasSubstr("threads_test.cpp:"), HasSubstr("40 of 96 threads wait here")));
}

TEST(EmulatedThreads, AreNamedWhereTheyWaitAtDifferentBarriers) {
  emulator::restart(1);
  EXPECT_THAT(misuse_of([] { run(two_barriers_kernel, kThreads); }),
              AllOf(HasSubstr("two_barriers_kernel"), HasSubstr("different barriers")));
}

TEST(EmulatedThreads, WaitForAllLanesOfAMask) {
  emulator::restart(1);
  EXPECT_THAT(misuse_of([] { run(partial_warp_kernel, kThreads); }), HasSubstr("threads wait here"));
  emulator::restart(1);
  EXPECT_THAT(misuse_of([] { run(foreign_lane_kernel, kThreads); }), HasSubstr("its mask leaves out"));
}

TEST(EmulatedThreads, MeetInPartsOfAWarp) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    emulator::restart(seed);
    const auto found = run(half_warps_kernel, kThreads);
    for (int i = 0; i < kThreads; ++i) EXPECT_EQ(found[static_cast<std::size_t>(i)], i / 16 * 16);
    EXPECT_EQ(run(ballot_kernel, 3), (std::vector<unsigned>(3, 0x49249249U)));
    EXPECT_EQ(run(count_kernel, 1), std::vector<int>{kThreads});
  }
}

TEST(EmulatedMemory, NamesTheKernelThatWritesPastItsEnd) {
  emulator::restart(1);
#if defined(__SANITIZE_ADDRESS__)
  EXPECT_DEATH(run(write_at_kernel, 10, 10), "use-after-poison");
  EXPECT_DEATH(run(past_shared_kernel, 1), "use-after-poison");
#else
  EXPECT_THAT(misuse_of([] { run(write_at_kernel, 10, 10); }),
              AllOf(HasSubstr("write_at_kernel"), HasSubstr("past the end")));
  emulator::restart(1);
  EXPECT_THAT(misuse_of([] { run(past_shared_kernel, 1); }),
              AllOf(HasSubstr("past_shared_kernel"), HasSubstr("16 bytes of shared memory")));
#endif
}

TEST(EmulatedMemory, IsNaNUntilItIsWritten) {
  emulator::restart(1);
  EXPECT_TRUE(std::isnan(run(read_shared_kernel, 1)[0]));
  Stream stream;
  const DeviceBuffer<float> fresh(3, "a test");
  for (const float x : values_of(fresh, stream)) EXPECT_TRUE(std::isnan(x));
}

TEST(EmulatedMemory, IsClosedToTheHost) {
  emulator::restart(1);
  DeviceBuffer<float> buffer(3, "a test");
  EXPECT_DEATH(buffer.data()[1] = 1.0F, "device memory is touched by who must not");
}

TEST(EmulatedMemory, IsRefusedWhereItIsNotTheKernels) {
  emulator::restart(1);
  std::vector<float> host(10);
  EXPECT_THAT(misuse_of([&] {
                Stream stream;
                launch(write_at_kernel, 1, 1, 0, stream, host.data(), 0);
              }),
              AllOf(HasSubstr("write_at_kernel"), HasSubstr("no allocated memory of its device")));
  EXPECT_THAT(misuse_of([&] {
                Stream stream;
                DeviceBuffer<float> buffer(10, "a test");
                copy_to_device(buffer.data(), host.data(), 10, stream);
              }),
              HasSubstr("not pinned"));
}

TEST(EmulatedMemory, OfAnotherDeviceIsRefused) {
  emulator::restart(1, {.count = 2});
  cudaSetDevice(1);
  DeviceBuffer<float> buffer(10, "a test");
  cudaSetDevice(0);
  EXPECT_THAT(misuse_of([&] {
                Stream stream;
                launch(write_at_kernel, 1, 1, 0, stream, buffer.data(), 0);
              }),
              HasSubstr("no allocated memory of its device"));
}

TEST(EmulatedLaunch, IsRefusedBeyondTheLimits) {
  emulator::restart(1);
  Stream stream;
  DeviceBuffer<float> to(1, "a test");
  const auto with = [&](dim3 grid, dim3 block, std::size_t shared) {
    return misuse_of([&] { launch(write_at_kernel, grid, block, shared, stream, to.data(), 0); });
  };
  EXPECT_THAT(with(0, 1, 0), HasSubstr("empty"));
  EXPECT_THAT(with(1, 1025, 0), HasSubstr("block is too large"));
  EXPECT_THAT(with({1, 65536}, 1, 0), HasSubstr("grid is too large"));
  EXPECT_EQ(with(1, 1, 99 << 10), "no misuse");
  EXPECT_THROW(with(1, 1, 100 << 10), Error);
}

}  // namespace
}  // namespace shoal
