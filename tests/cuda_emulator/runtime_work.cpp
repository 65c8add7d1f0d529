// Copies and kernels: checked when they are asked for, and again when they run, as memory may be gone by
// then.
#include <cstring>
#include <map>

#include "block.hpp"
#include "world.hpp"

using emulator::Lock;
using emulator::Misuse;
using emulator::world;

namespace emulator {
namespace {

constexpr std::size_t kPlainSharedMemory = 48 << 10;

/// Of a block: 163 KiB for compute capability 8.0 and 227 for 9.0 and 10.0, but 99 for 8.6, 8.9 and 12.0,
/// which kernels are for as well.
constexpr std::size_t kMostSharedMemory = 99 << 10;

void expect_device_memory(const Arena& arena, const void* address, std::size_t bytes,
                          const std::string& who) {
  if (!arena.holds(address, bytes)) {
    throw Misuse(who + " is given an address that is no allocated memory of its device");
  }
}

void expect_pinned(const void* address, std::size_t bytes, const std::string& who) {
  if (!world().pinned.holds(address, bytes)) {
    throw Misuse(who + " is given host memory that is not pinned: the copy would not be asynchronous");
  }
}

void check_copy(const Arena& arena, void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  const std::string who = "cudaMemcpyAsync";
  kind == cudaMemcpyHostToDevice ? expect_pinned(from, bytes, who)
                                 : expect_device_memory(arena, from, bytes, who);
  kind == cudaMemcpyDeviceToHost ? expect_pinned(to, bytes, who)
                                 : expect_device_memory(arena, to, bytes, who);
}

void check_shape(const cudaLaunchConfig_t& config, const void* function, const std::string& name) {
  const dim3 grid = config.gridDim;
  const dim3 block = config.blockDim;
  const auto refuse = [&](const std::string& why) {
    throw Misuse("kernel " + name + " cannot be launched: " + why);
  };
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || block.x == 0 || block.y == 0 || block.z == 0)
    refuse("its grid or block is empty");
  if (grid.x > 0x7fffffffU || grid.y > 65535 || grid.z > 65535) refuse("its grid is too large");
  if (block.x * block.y * block.z > 1024 || block.z > 64) refuse("its block is too large");
  if (config.dynamicSmemBytes > kMostSharedMemory) refuse("the device has less shared memory");
  if (config.dynamicSmemBytes > kPlainSharedMemory && !world().large_shared_memory.contains(function))
    refuse("more than 48 KiB of shared memory must be asked for by cudaFuncSetAttribute");
}

}  // namespace

/// By the emulated clock: a single thread takes none.
static std::uint64_t microseconds_of(const cudaLaunchConfig_t& config) {
  return config.gridDim.x * config.blockDim.x == 1 ? 0 : world().devices.kernel_microseconds;
}

cudaError_t enqueue_kernel(const cudaLaunchConfig_t& config, BoundKernel kernel) {
  const Lock lock(world().mutex);
  if (const cudaError_t begun = begin_call(); begun != cudaSuccess) return begun;
  const std::string name = name_of_kernel(kernel.function);
  check_stream(config.stream, "a kernel");
  check_shape(config, kernel.function, name);
  const Arena& arena = current_arena();
  const auto check_arguments = [&arena, name, pointers = kernel.pointers] {
    for (const PointerArgument& argument : pointers) {
      const void* const address = const_cast<const void*>(argument.address);
      if (address == nullptr || world().pinned.is_mapped(address)) continue;
      expect_device_memory(arena, address, 1, "kernel " + name);
    }
  };
  check_arguments();
  enqueue(config.stream, {"kernel " + name,
                          {},
                          [=, body = std::move(kernel.body)] {
                            check_arguments();
                            run_grid(name, config.gridDim, config.blockDim, config.dynamicSmemBytes, body);
                          },
                          microseconds_of(config)});
  return cudaSuccess;
}

}  // namespace emulator

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  const Lock lock(world().mutex);
  if (const cudaError_t begun = emulator::begin_call(); begun != cudaSuccess) return begun;
  emulator::check_stream(stream, "cudaMemcpyAsync");
  const emulator::Arena& arena = emulator::current_arena();
  emulator::check_copy(arena, to, from, bytes, kind);
  emulator::enqueue(stream, {"cudaMemcpyAsync", {}, [=, &arena] {
                               emulator::check_copy(arena, to, from, bytes, kind);
                               std::memmove(to, from, bytes);
                             }});
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  const Lock lock(world().mutex);
  if (const cudaError_t begun = emulator::begin_call(); begun != cudaSuccess) return begun;
  emulator::check_stream(stream, "cudaMemsetAsync");
  const emulator::Arena& arena = emulator::current_arena();
  const auto check = [=, &arena] { emulator::expect_device_memory(arena, to, bytes, "cudaMemsetAsync"); };
  check();
  emulator::enqueue(stream, {"cudaMemsetAsync", {}, [=] {
                               check();
                               std::memset(to, value, bytes);
                             }});
  return cudaSuccess;
}

cudaError_t cudaFuncGetName(const char** name, const void* function) {
  static std::map<const void*, std::string> names;
  const Lock lock(world().mutex);
  if (world().broken != cudaSuccess) return emulator::answer(world().broken);
  auto& known = names[function];
  if (known.empty()) known = emulator::name_of_kernel(function);
  *name = known.c_str();
  return cudaSuccess;
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  const Lock lock(world().mutex);
  if (const cudaError_t begun = emulator::begin_call(); begun != cudaSuccess) return begun;
  *attributes = {1024};
  return emulator::answer(static_cast<cudaError_t>(world().devices.code));
}

cudaError_t cudaFuncSetAttribute(const void* function, cudaFuncAttribute, int value) {
  const Lock lock(world().mutex);
  if (const cudaError_t begun = emulator::begin_call(); begun != cudaSuccess) return begun;
  if (value < 0 || static_cast<std::size_t>(value) > emulator::kMostSharedMemory) {
    return emulator::answer(cudaErrorInvalidValue);
  }
  world().large_shared_memory.insert(function);
  return cudaSuccess;
}
