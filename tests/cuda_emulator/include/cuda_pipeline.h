// Asynchronous copies from device memory to shared memory: they arrive when the thread that began them waits
// for their group, and no earlier.
#pragma once

#include <cstddef>

#include "cuda_device_functions.h"

namespace emulator {

void copy_async(void* shared, const void* from, std::size_t bytes, std::size_t zeros, Place place);
void commit_copies();
void wait_for_copies(std::size_t but_latest);

}  // namespace emulator

/// Of the `bytes` that are written, the last `zeros` are zeros instead of what stands at `from`.
inline void __pipeline_memcpy_async(void* shared, const void* from, std::size_t bytes, std::size_t zeros = 0,
                                    EMULATOR_HERE) {
  emulator::copy_async(shared, from, bytes, zeros, {file, line});
}
inline void __pipeline_commit() { emulator::commit_copies(); }
/// Until all groups but the latest so many have arrived.
inline void __pipeline_wait_prior(std::size_t but_latest) { emulator::wait_for_copies(but_latest); }
