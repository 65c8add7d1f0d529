// One block of device threads, run one at a time in a seeded order, with its barrier and the meetings of its
// warps.
#pragma once

#include <array>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cuda_device_functions.h"
#include "fiber.hpp"

namespace emulator {

/// What a thread has begun to copy to shared memory.
struct Copy {
  void* to;
  const void* from;
  std::size_t bytes;
  std::size_t zeros;  ///< at the end, instead of what stands there
  std::size_t group = 0;
};

class Block {
 public:
  Block(std::string kernel, dim3 grid, dim3 block_dim, std::size_t shared_bytes);
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  /// Runs body once for each thread of the block at `index`. Throws Misuse, naming kernel, block and line.
  void run(uint3 index, const std::function<void()>& body);

  void barrier(Place place);
  const std::uint64_t* meet(unsigned mask, std::uint64_t bits, Place place, void (*complete)(std::uint64_t*));
  void perhaps_switch();
  void copy_async(const Copy& copy, Place place);
  void commit_copies();
  void wait_for_copies(std::size_t but_latest);
  unsigned char* shared_memory(std::size_t bytes);
  [[noreturn]] void fail(const std::string& sentence, Place place) const;

 private:
  struct Thread {
    uint3 index{};
    Fiber* fiber = nullptr;  ///< once it has begun
    bool done = false;
    Place waits_at{};           ///< where, with no line while it does not wait
    std::deque<Copy> copies{};  ///< that have not arrived
    std::size_t groups = 0;     ///< of copies so far
    Place copies_from{};
  };
  /// Lanes of one warp that have the same mask.
  struct Meeting {
    int warp = 0;
    unsigned mask = 0;
    unsigned arrived = 0;
    Place place{};
    unsigned number = 0;  ///< of meetings so far: two sets of bits take turns, as a lane may run ahead by one
    std::array<std::array<std::uint64_t, 32>, 2> bits{};
  };
  struct Cancelled {};

  static Fiber* idle_fiber();
  void begin(uint3 index, const std::function<void()>& body);
  void end() const;
  void guard(bool on);
  void run_fresh_threads(Fiber& fiber);
  void make_current(int rank) const;
  void wait(Place place);
  void release(std::vector<int> threads);
  void expect_no_copies() const;
  void cancel_waiting();
  [[noreturn]] void report_deadlock() const;
  Meeting& meeting_of(int warp, unsigned mask);

  std::string kernel_;
  dim3 grid_;
  dim3 block_dim_;
  std::vector<unsigned char> shared_;
  std::size_t shared_bytes_;
  unsigned char* aligned_ = nullptr;
  const std::function<void()>* body_ = nullptr;
  uint3 index_{};
  std::vector<Thread> threads_;
  std::deque<int> ready_;
  std::size_t done_ = 0;
  std::vector<int> at_barrier_;
  Place barrier_place_{};
  std::vector<Meeting> meetings_;
  bool cancelled_ = false;
  std::exception_ptr failure_;
};

/// Runs all blocks of a grid, one after another in a seeded order.
void run_grid(const std::string& kernel, dim3 grid, dim3 block_dim, std::size_t shared_bytes,
              const std::function<void()>& body);

}  // namespace emulator
