// The only way to start a kernel, and what every kernel needs: its shared memory and its place in the grid.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "cuda_error.hpp"
#include "stream.hpp"

namespace shoal {

constexpr int kWarp = 32;
constexpr unsigned kWholeWarp = 0xffffffffU;

/// Starts kernel(arguments...) on the stream. Throws, with the kernel's name, if it cannot be started.
template <class... Parameters>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes, Stream& stream,
            std::type_identity_t<Parameters>... arguments) {
  constexpr std::size_t kAlwaysAllowed = 48 << 10;
  const std::string& name = kernel_name(reinterpret_cast<const void*>(kernel));
  if (shared_bytes > kAlwaysAllowed) {
    const cudaError_t allowed = cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                                     static_cast<int>(shared_bytes));
    if (allowed != cudaSuccess) stream.tell_of_launch(allowed, name);
  }
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream.get();
  const cudaError_t error = cudaLaunchKernelEx(&config, kernel, arguments...);
  if (error != cudaSuccess) stream.tell_of_launch(error, name);
  stream.mark_kernel(name);
}

/// Blocks of `size` that cover `items`.
inline unsigned blocks_for(std::int64_t items, std::int64_t size) {
  return static_cast<unsigned>((items + size - 1) / size);
}

#if defined(__CUDACC__)
/// The block's dynamic shared memory, as `count` values; the launch gives at least as many bytes.
template <class T>
__device__ T* shared_memory(std::size_t) {
  extern __shared__ __align__(128) unsigned char shared_bytes[];
  return reinterpret_cast<T*>(shared_bytes);
}
#else
template <class T>
T* shared_memory(std::size_t count) {
  return reinterpret_cast<T*>(emulator::shared_memory(count * sizeof(T)));
}
#endif

/// The thread's number in its block, whose threads lie along x.
__device__ inline int thread_number() { return static_cast<int>(threadIdx.x); }
__device__ inline int lane_number() { return static_cast<int>(threadIdx.x) % kWarp; }
__device__ inline int warp_number() { return static_cast<int>(threadIdx.x) / kWarp; }
/// The thread's number in the grid, whose blocks lie along x.
__device__ inline std::int64_t grid_thread() {
  return static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

}  // namespace shoal
