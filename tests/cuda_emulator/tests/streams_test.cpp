// Streams run late and interleaved, so that what was not waited for shows; and each call can be made to fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "buffers.hpp"
#include "emulator.hpp"
#include "launch.cuh"
#include "shoal/base/error.hpp"

namespace shoal {

__global__ void add_one_kernel(int* values) { values[grid_thread()] += 1; }
__global__ void copy_kernel(const int* from, int* to) { to[grid_thread()] = from[grid_thread()]; }

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kCount = 64;

/// One stream fills and raises, another copies; the second waits for the first or does not.
std::vector<int> handed_over(std::uint64_t seed, bool with_event) {
  emulator::restart(seed);
  DeviceBuffer<int> from(kCount, "a test");
  DeviceBuffer<int> to(kCount, "a test");
  PinnedBuffer<int> pinned(kCount, "a test");
  Event raised;
  Stream first;
  Stream second;
  fill_with_zeros(from.data(), kCount, first);
  launch(add_one_kernel, 1, kCount, 0, first, from.data());
  raised.record(first);
  if (with_event) second.wait(raised);
  launch(copy_kernel, 1, kCount, 0, second, from.data(), to.data());
  copy_to_host(pinned.data(), to.data(), kCount, second);
  second.synchronize();
  return {pinned.data(), pinned.data() + kCount};
}

TEST(EmulatedStreams, HandOverWithAnEventUnderAnyOrder) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    EXPECT_EQ(handed_over(seed, true), std::vector<int>(kCount, 1)) << "seed " << seed;
  }
}

TEST(EmulatedStreams, ShowAMissingEvent) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) wrong += handed_over(seed, false)[0] != 1 ? 1 : 0;
  EXPECT_GT(wrong, 10);
}

TEST(EmulatedStreams, ShowASourceThatWasOverwrittenTooEarly) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    emulator::restart(seed);
    DeviceBuffer<int> device(1, "a test");
    PinnedBuffer<int> pinned(1, "a test");
    PinnedBuffer<int> back(1, "a test");
    Stream stream;
    pinned.data()[0] = 1;
    copy_to_device(device.data(), pinned.data(), 1, stream);
    pinned.data()[0] = 2;
    copy_to_host(back.data(), device.data(), 1, stream);
    stream.synchronize();
    wrong += back.data()[0] != 1 ? 1 : 0;
  }
  EXPECT_GT(wrong, 10);
}

TEST(EmulatedStreams, ShowASourceThatWasFreedTooEarly) {
  emulator::restart(0);
  DeviceBuffer<int> device(1, "a test");
  Stream stream;
  {
    PinnedBuffer<int> pinned(1, "a test");
    copy_to_device(device.data(), pinned.data(), 1, stream);
  }
  EXPECT_THROW(stream.synchronize(), emulator::Misuse);
}

TEST(EmulatedStreams, RefuseAnEventThatWasNeverRecorded) {
  emulator::restart(1);
  Event event;
  Stream stream;
  EXPECT_THROW(stream.wait(event), emulator::Misuse);
}

TEST(EmulatedStreams, AreNotDestroyedWithWorkOnThem) {
  emulator::restart(0);
  cudaStream_t stream = nullptr;
  cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  DeviceBuffer<int> device(1, "a test");
  cudaMemsetAsync(device.data(), 0, 4, stream);
  EXPECT_THROW(cudaStreamDestroy(stream), emulator::Misuse);
  cudaStreamSynchronize(stream);
  EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
}

TEST(EmulatedStreams, OfAnotherDeviceAreRefused) {
  emulator::restart(1, {.count = 2});
  Stream stream;
  cudaSetDevice(1);
  DeviceBuffer<int> device(1, "a test");
  EXPECT_THROW(fill_with_zeros(device.data(), 1, stream), emulator::Misuse);
  cudaSetDevice(0);
}

TEST(EmulatedCalls, FailInTurn) {
  std::uint64_t number = 1;
  for (;; ++number) {
    emulator::restart(number);
    emulator::fail_call(number, cudaErrorLaunchFailure);
    try {
      DeviceBuffer<int> device(kCount, "a test");
      Stream stream;
      fill_with_zeros(device.data(), kCount, stream);
      launch(add_one_kernel, 1, kCount, 0, stream, device.data());
      stream.synchronize();
      break;
    } catch (const FailureError& error) {
      EXPECT_THAT(error.what(), HasSubstr("cudaErrorLaunchFailure"));
    }
  }
  EXPECT_EQ(number, 9U);
  emulator::restart(0);
}

TEST(EmulatedDevices, BreakForGoodInTheMiddleOfWork) {
  emulator::restart(1);
  emulator::break_device_at(2);
  DeviceBuffer<int> device(kCount, "a test");
  Stream stream;
  std::string told;
  try {
    fill_with_zeros(device.data(), kCount, stream);
    launch(add_one_kernel, 1, kCount, 0, stream, device.data());
    stream.synchronize();
  } catch (const FailureError& error) {
    told = error.what();
  }
  EXPECT_THAT(told, AllOf(HasSubstr("add_one_kernel"), HasSubstr("cudaErrorIllegalAddress")));
  EXPECT_THROW(stream.synchronize(), FailureError);
}

TEST(EmulatedDevices, AreFullAtTheirSize) {
  emulator::restart(1, {.memory = 1 << 20});
  const DeviceBuffer<std::uint8_t> half(1 << 19, "a test");
  std::size_t free = 0;
  std::size_t total = 0;
  cudaMemGetInfo(&free, &total);
  EXPECT_EQ(free, std::size_t{1} << 19);
  EXPECT_EQ(total, std::size_t{1} << 20);
  EXPECT_THROW(DeviceBuffer<std::uint8_t>((1 << 19) + 1, "a test"), ResourceError);
}

TEST(EmulatedDevices, TellOfLeaks) {
  emulator::restart(1);
  void* memory = nullptr;
  cudaMalloc(&memory, 16);
  EXPECT_THROW(emulator::restart(1), emulator::Misuse);
}

}  // namespace
}  // namespace shoal
