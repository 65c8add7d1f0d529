// What a test tells the emulator: the seed that orders all work, the devices there are, and which call fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace emulator {

inline constexpr bool kEmulated = true;  ///< false in the header that stands in for this one on a GPU

/// A kernel or a host that does what a GPU would punish with wrong results or a crash.
struct Misuse : std::logic_error {
  using std::logic_error::logic_error;
};

/// What the emulated cuDNN does for a convolution: heuristics offer right engines and wrong ones, only the
/// fallback offers right ones, nothing does, or there is no cuDNN at all.
enum class Cudnn { proposes, falls_back, offers_nothing, absent };

struct Devices {
  int count = 1;
  int major = 9;
  int minor = 0;
  std::size_t memory = std::size_t{1} << 30;  ///< of each
  int driver = 13000;
  Cudnn cudnn = Cudnn::proposes;
  int code = 0;  ///< what a device answers when it is asked for a kernel's code: a cudaError_t
  std::uint64_t kernel_microseconds = 1000;  ///< that a kernel takes by the emulated clock
};

/// Forgets all devices, streams and memory, and begins again. Whatever was not freed is told as Misuse.
void restart(std::uint64_t seed, const Devices& devices = {});

/// Calls into the runtime and the libraries since the last restart. Frees and destructions do not count: they
/// must work after a failure.
std::uint64_t calls();
/// The call with this number (from 1) fails with `error` (a cudaError_t); 0: none.
void fail_call(std::uint64_t number, int error);
/// Work on streams that has run since the last restart, and the piece (from 1) that breaks the device for
/// good.
std::uint64_t works();
void break_device_at(std::uint64_t work);
/// Its name, as in "kernel shoal::max_pool_kernel<float>(...)"; empty where none broke.
std::string broken_work();
/// Allocations of device and of pinned memory that have not been freed.
std::size_t live_allocations();
/// The most device memory that was allocated at one time since the last restart, by the callers' sizes.
std::size_t peak_device_bytes();
std::size_t device_bytes();
/// The same of pinned memory.
std::size_t peak_pinned_bytes();
/// Allocations since the last restart.
std::uint64_t allocations();

}  // namespace emulator
