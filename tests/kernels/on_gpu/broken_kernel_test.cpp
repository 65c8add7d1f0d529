// A kernel that breaks a real GPU is named, from memory that stays readable when the device is lost.
#include <cstdio>
#include <cstdlib>

#include "fully_connected.hpp"
#include "on_device.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// Leaves with 3 and the error's sentence; what a broken device ends must not end the other tests.
void read_where_nothing_is() {
  try {
    Stream stream;
    DeviceBuffer<float> there(1000, "a test");
    softmax(there.data(), 1, 1000, 1000, stream);
    softmax(nullptr, 1, 1000, 1000, stream);
    stream.synchronize();
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::_Exit(3);
  }
  std::_Exit(0);
}

TEST(BrokenKernel, IsNamedOnAGpu) {
  if (emulator::kEmulated) GTEST_SKIP() << "the emulator breaks devices in other ways (EmulatedDevices.*)";
  // Not in a copy of this process, which cannot use the GPU that this one does: in one that begins anew.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(read_where_nothing_is(), ::testing::ExitedWithCode(3), "in kernel shoal::softmax_kernel");
}

}  // namespace
}  // namespace shoal
