// The emulator finds asynchronous copies that are used wrongly: read too early, begun where they may not be,
// or forgotten.
#include <cuda_pipeline.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "buffers.hpp"
#include "emulator.hpp"
#include "launch.cuh"

namespace shoal {

constexpr int kThreads = 64;
constexpr int kNumbers = 4;  // that a thread copies, 16 bytes

/// Each thread copies its numbers, waits for all groups but the latest so many, and takes its neighbour's
/// sum.
__global__ void neighbour_kernel(float* to, const float* from, int but_latest, bool with_barrier) {
  float* const shared = shared_memory<float>(kThreads * kNumbers);
  __pipeline_memcpy_async(shared + thread_number() * kNumbers, from + thread_number() * kNumbers, 16);
  __pipeline_commit();
  __pipeline_wait_prior(static_cast<std::size_t>(but_latest));
  if (with_barrier) __syncthreads();
  const float* const that = shared + (thread_number() + 1) % kThreads * kNumbers;
  to[thread_number()] = that[0] + that[1] + that[2] + that[3];
  __pipeline_wait_prior(0);
}

/// Two groups, of which the first is waited for: their numbers, one after the other.
__global__ void groups_kernel(float* to, const float* from) {
  float* const shared = shared_memory<float>(2);
  for (int i = 0; i < 2; ++i) {
    __pipeline_memcpy_async(shared + i, from + i, 4);
    __pipeline_commit();
  }
  __pipeline_wait_prior(1);
  to[0] = shared[0];
  to[1] = shared[1];
  __pipeline_wait_prior(0);
  to[2] = shared[1];
}

__global__ void zeros_kernel(float* to, const float* from) {
  float* const shared = shared_memory<float>(kNumbers);
  __pipeline_memcpy_async(shared, from, 16, 8);
  __pipeline_commit();
  __pipeline_wait_prior(0);
  for (int i = 0; i < kNumbers; ++i) to[i] = shared[i];
}

/// How one copy is begun wrongly.
enum class Fault {
  size,
  zeros,
  shared_alignment,
  alignment,
  not_shared,
  past_shared,
  past_end,
  never_waited
};

__global__ void fault_kernel(float* to, const float* from, Fault fault) {
  float* const shared = shared_memory<float>(kNumbers);
  float* const target = fault == Fault::shared_alignment ? shared + 1
                        : fault == Fault::not_shared     ? to
                        : fault == Fault::past_shared    ? shared + kNumbers
                                                         : shared;
  const float* const source = fault == Fault::alignment  ? from + 1
                              : fault == Fault::past_end ? from + kThreads * kNumbers
                                                         : from;
  __pipeline_memcpy_async(target, source, fault == Fault::size ? 12 : 16, fault == Fault::zeros ? 17 : 0);
  __pipeline_commit();
  if (fault != Fault::never_waited) __pipeline_wait_prior(0);
}

namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

/// Runs a kernel of one block on the numbers 0, 1, 2...; what it writes.
template <class... Parameters, class... Arguments>
std::vector<float> run(void (*kernel)(float*, const float*, Parameters...), int threads,
                       Arguments... arguments) {
  constexpr int kCount = kThreads * kNumbers;
  Stream stream;
  DeviceBuffer<float> from(kCount, "a test");
  DeviceBuffer<float> to(kThreads, "a test");
  PinnedBuffer<float> pinned(kCount, "a test");
  for (int i = 0; i < kCount; ++i) pinned.data()[i] = static_cast<float>(i);
  copy_to_device(from.data(), pinned.data(), kCount, stream);
  launch(kernel, 1, static_cast<unsigned>(threads), kCount * sizeof(float), stream, to.data(), from.data(),
         arguments...);
  copy_to_host(pinned.data(), to.data(), kThreads, stream);
  stream.synchronize();
  return {pinned.data(), pinned.data() + kThreads};
}

std::string misuse_of(Fault fault) {
  emulator::restart(1);
  try {
    Stream stream;
    DeviceBuffer<float> from(kThreads * kNumbers, "a test");
    DeviceBuffer<float> to(kThreads, "a test");
    launch(fault_kernel, 1, 1, kNumbers * sizeof(float), stream, to.data(), from.data(), fault);
    stream.synchronize();
  } catch (const emulator::Misuse& misuse) {
    return misuse.what();
  }
  return "no misuse";
}

int unwritten(int but_latest, bool with_barrier) {
  int count = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    emulator::restart(seed);
    for (const float sum : run(neighbour_kernel, kThreads, but_latest, with_barrier)) {
      count += std::isnan(sum) ? 1 : 0;
    }
  }
  return count;
}

TEST(EmulatedCopies, ArriveForAllAfterTheWaitAndABarrier) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    emulator::restart(seed);
    const auto sums = run(neighbour_kernel, kThreads, 0, true);
    for (int i = 0; i < kThreads; ++i) {
      const auto first = static_cast<float>((i + 1) % kThreads * kNumbers);
      EXPECT_EQ(sums[static_cast<std::size_t>(i)], 4.0F * first + 6.0F);
    }
  }
}

TEST(EmulatedCopies, ShowAMissingWaitOrBarrierAsNumbersThatWereNeverWritten) {
  EXPECT_GT(unwritten(1, true), 100);
  EXPECT_GT(unwritten(0, false), 100);
}

TEST(EmulatedCopies, ArriveGroupByGroup) {
  emulator::restart(1);
  const auto found = run(groups_kernel, 1);
  EXPECT_EQ(found[0], 0.0F);
  EXPECT_TRUE(std::isnan(found[1]));
  EXPECT_EQ(found[2], 1.0F);
}

TEST(EmulatedCopies, EndWithZeros) {
  emulator::restart(1);
  const auto found = run(zeros_kernel, 1);
  EXPECT_EQ(std::vector<float>(found.begin(), found.begin() + 4),
            (std::vector<float>{0.0F, 1.0F, 0.0F, 0.0F}));
}

TEST(EmulatedCopies, AreRefusedWithTheirLineWhereTheyAreBegunWrongly) {
  const auto told = [](const char* sentence) {
    return AllOf(HasSubstr("fault_kernel"), HasSubstr("copies_test.cpp:"), HasSubstr(sentence));
  };
  EXPECT_THAT(misuse_of(Fault::size), told("4, 8 or 16 bytes"));
  EXPECT_THAT(misuse_of(Fault::zeros), told("more zeros"));
  EXPECT_THAT(misuse_of(Fault::shared_alignment), told("not aligned"));
  EXPECT_THAT(misuse_of(Fault::alignment), told("not aligned"));
  EXPECT_THAT(misuse_of(Fault::not_shared), told("shared memory"));
  EXPECT_THAT(misuse_of(Fault::past_shared), told("shared memory"));
  EXPECT_THAT(misuse_of(Fault::past_end), told("no allocated memory"));
  EXPECT_THAT(misuse_of(Fault::never_waited), told("ends before"));
}

}  // namespace
}  // namespace shoal
