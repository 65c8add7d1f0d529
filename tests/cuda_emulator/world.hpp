// All that the emulator knows: devices, streams, events, counters. One lock guards it, held during each call.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "cuda_runtime.h"
#include "emulator.hpp"
#include "memory.hpp"
#include "random.hpp"

namespace emulator {

/// A piece of work on a stream. It runs when it is its turn and `ready` says so.
struct Work {
  std::string name;
  std::function<bool()> ready;
  std::function<void()> run;
  std::uint64_t microseconds = 1;  ///< by the emulated clock
};

struct Stream {
  int device = 0;
  std::deque<Work> queue;
};

/// What an event stands for: whether the work before its latest record has run. Empty before the first
/// record.
struct Event {
  int device = 0;
  std::shared_ptr<bool> passed;
  bool takes_times = false;
  std::shared_ptr<std::uint64_t> passed_at{};  ///< by the emulated clock
};

struct World {
  std::recursive_mutex mutex;
  Random random;
  Devices devices;
  std::vector<std::unique_ptr<Arena>> arenas;
  PinnedMemory pinned;
  std::set<Stream*> streams;
  std::set<Event*> events;
  std::set<const void*> large_shared_memory;  ///< kernels that may have more than 48 KiB
  std::uint64_t seed = 0;
  std::uint64_t calls = 0;
  std::uint64_t failing_call = 0;
  int failing_error = 0;
  std::uint64_t works = 0;
  std::uint64_t breaking_work = 0;
  std::string broken_work;  ///< the name of what that was
  std::uint64_t allocations = 0;
  std::uint64_t clock = 0;           ///< microseconds of all work that has run
  cudaError_t broken = cudaSuccess;  ///< once set, every call answers this
  cudaError_t last = cudaSuccess;
};
World& world();

using Lock = std::lock_guard<std::recursive_mutex>;

/// Counts a call; what it answers where it is not to be carried out.
cudaError_t begin_call();
cudaError_t answer(cudaError_t error);
/// The device that the calling thread has set, and its memory.
int current_device();
void set_current_device(int device);
Arena& current_arena();

/// Checks that the stream is one of the current device.
void check_stream(Stream* stream, const char* call);
/// Appends work to a stream, and perhaps runs some, of any stream.
void enqueue(Stream* stream, Work work);
/// Runs work of streams in a seeded order until `done`.
void run_until(const std::function<bool()>& done);
std::string name_of_kernel(const void* function);

}  // namespace emulator
