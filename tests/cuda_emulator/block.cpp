// Scheduling: a thread runs until it must wait, so a kernel without barriers costs no switch at all.
#include "block.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "cuda_pipeline.h"
#include "emulator.hpp"
#include "random.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace emulator {

Current current;

namespace {

Block* running_block = nullptr;
constexpr std::size_t kSharedAlignment = 128;
constexpr std::size_t kRedZone = 256;
constexpr unsigned char kUnwritten = 0xff;  // makes NaN of floats, -1 of integers

std::string text_of(uint3 index) {
  return "(" + std::to_string(index.x) + ", " + std::to_string(index.y) + ", " + std::to_string(index.z) +
         ")";
}

/// Fibers outlive their block, since making a stack costs more than most threads do.
struct FiberPool {
  std::vector<std::unique_ptr<Fiber>> all;
  std::vector<Fiber*> idle;
};
FiberPool& pool() {
  static FiberPool fibers;
  return fibers;
}

}  // namespace

Block::Block(std::string kernel, dim3 grid, dim3 block_dim, std::size_t shared_bytes)
    : kernel_(std::move(kernel)),
      grid_(grid),
      block_dim_(block_dim),
      shared_(shared_bytes + kSharedAlignment + kRedZone),
      shared_bytes_(shared_bytes),
      threads_(block_dim.x * block_dim.y * block_dim.z) {
  const auto address = reinterpret_cast<std::uintptr_t>(shared_.data());
  aligned_ = shared_.data() + (kSharedAlignment - address % kSharedAlignment) % kSharedAlignment;
  std::size_t rank = 0;
  for (unsigned z = 0; z < block_dim.z; ++z) {
    for (unsigned y = 0; y < block_dim.y; ++y) {
      for (unsigned x = 0; x < block_dim.x; ++x) threads_[rank++].index = {x, y, z};
    }
  }
}

/// Past the end of shared memory, where AddressSanitizer then finds every access.
void Block::guard([[maybe_unused]] bool on) {
#if defined(__SANITIZE_ADDRESS__)
  unsigned char* const end = aligned_ + shared_bytes_;
  const auto bytes = static_cast<std::size_t>(shared_.data() + shared_.size() - end);
  on ? __asan_poison_memory_region(end, bytes) : __asan_unpoison_memory_region(end, bytes);
#endif
}

Fiber* Block::idle_fiber() {
  if (pool().idle.empty()) {
    pool().all.push_back(std::make_unique<Fiber>([](Fiber& own) { running_block->run_fresh_threads(own); }));
    return pool().all.back().get();
  }
  Fiber* const fiber = pool().idle.back();
  pool().idle.pop_back();
  return fiber;
}

void Block::begin(uint3 index, const std::function<void()>& body) {
  index_ = index;
  body_ = &body;
  done_ = 0;
  at_barrier_.clear();
  meetings_.clear();
  std::fill(shared_.begin(), shared_.end(), kUnwritten);
  std::vector<int> all(threads_.size());
  std::iota(all.begin(), all.end(), 0);
  for (Thread& thread : threads_) thread = {.index = thread.index};
  release(all);
}

/// Where sanitizers are off, what was written past the end shows afterwards.
void Block::end() const {
  const auto past =
      shared_.begin() + (aligned_ - shared_.data()) + static_cast<std::ptrdiff_t>(shared_bytes_);
  if (std::any_of(past, shared_.end(), [](unsigned char byte) { return byte != kUnwritten; })) {
    fail("writes past the end of its " + std::to_string(shared_bytes_) + " bytes of shared memory", {});
  }
}

void Block::run(uint3 index, const std::function<void()>& body) {
  begin(index, body);
  Block* const outer = std::exchange(running_block, this);
  guard(true);
  while (done_ < threads_.size() && !failure_) {
    if (ready_.empty()) {
      try {
        report_deadlock();
      } catch (...) {
        failure_ = std::current_exception();
      }
      break;
    }
    const int next = ready_.front();
    Fiber* fiber = threads_[static_cast<std::size_t>(next)].fiber;
    if (fiber != nullptr) {
      ready_.pop_front();
      make_current(next);
    } else {
      fiber = idle_fiber();
    }
    fiber->resume();
  }
  if (failure_) cancel_waiting();
  guard(false);
  running_block = outer;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  end();
}

/// On a fiber: runs threads that have not begun, as long as one is next.
void Block::run_fresh_threads(Fiber& fiber) {
  while (!ready_.empty() && threads_[static_cast<std::size_t>(ready_.front())].fiber == nullptr &&
         !failure_) {
    const int rank = ready_.front();
    ready_.pop_front();
    threads_[static_cast<std::size_t>(rank)].fiber = &fiber;
    make_current(rank);
    try {
      (*body_)();
      expect_no_copies();
    } catch (const Cancelled&) {
    } catch (...) {
      if (!failure_) failure_ = std::current_exception();
    }
    threads_[static_cast<std::size_t>(rank)].done = true;
    ++done_;
  }
  pool().idle.push_back(&fiber);
}

void Block::make_current(int rank) const {
  current = {threads_[static_cast<std::size_t>(rank)].index, index_, block_dim_, grid_, rank};
}

unsigned char* Block::shared_memory(std::size_t bytes) {
  if (bytes > shared_bytes_) {
    fail("uses " + std::to_string(bytes) + " bytes of shared memory, but was launched with " +
             std::to_string(shared_bytes_),
         {});
  }
  return aligned_;
}

void Block::fail(const std::string& sentence, Place place) const {
  std::string line;
  if (place.line != 0) line = ", " + std::string(place.file) + ":" + std::to_string(place.line);
  throw Misuse("kernel " + kernel_ + ", block " + text_of(index_) + line + ": " + sentence);
}

void run_grid(const std::string& kernel, dim3 grid, dim3 block_dim, std::size_t shared_bytes,
              const std::function<void()>& body) {
  Block block(kernel, grid, block_dim, shared_bytes);
  const std::uint64_t blocks = std::uint64_t{grid.x} * grid.y * grid.z;
  // A stride that shares no factor with the number of blocks visits each of them once.
  std::uint64_t stride = order().next() % blocks + 1;
  while (std::gcd(stride, blocks) != 1) ++stride;
  std::uint64_t at = order().next() % blocks;
  for (std::uint64_t i = 0; i < blocks; ++i, at = (at + stride) % blocks) {
    block.run({static_cast<unsigned>(at % grid.x), static_cast<unsigned>(at / grid.x % grid.y),
               static_cast<unsigned>(at / grid.x / grid.y)},
              body);
  }
}

void barrier(Place place) { running_block->barrier(place); }
const std::uint64_t* meet(unsigned mask, std::uint64_t bits, Place place, void (*complete)(std::uint64_t*)) {
  return running_block->meet(mask, bits, place, complete);
}
void copy_async(void* shared, const void* from, std::size_t bytes, std::size_t zeros, Place place) {
  running_block->copy_async({shared, from, bytes, zeros}, place);
}
void commit_copies() { running_block->commit_copies(); }
void wait_for_copies(std::size_t but_latest) { running_block->wait_for_copies(but_latest); }
void perhaps_switch() { running_block->perhaps_switch(); }
unsigned char* shared_memory(std::size_t bytes) { return running_block->shared_memory(bytes); }
void wrong_use(const char* sentence, Place place) { running_block->fail(sentence, place); }

}  // namespace emulator
