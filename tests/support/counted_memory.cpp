// Replaces the global allocation functions (C++ standard, [new.delete]): the other forms call these.
#include "support/counted_memory.hpp"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::int64_t> held{0};
std::atomic<std::int64_t> most{0};

void* counted(void* block) {
  if (block == nullptr) throw std::bad_alloc();
  const auto bytes = static_cast<std::int64_t>(::malloc_usable_size(block));
  const std::int64_t now = held.fetch_add(bytes) + bytes;
  std::int64_t before = most.load();
  while (now > before && !most.compare_exchange_weak(before, now)) {
  }
  return block;
}

void give_back(void* block) {
  if (block == nullptr) return;
  held.fetch_sub(static_cast<std::int64_t>(::malloc_usable_size(block)));
  std::free(block);
}

}  // namespace

void* operator new(std::size_t bytes) { return counted(std::malloc(bytes > 0 ? bytes : 1)); }

void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const auto multiple = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(multiple, (bytes + multiple - 1) / multiple * multiple));
}

void operator delete(void* block) noexcept { give_back(block); }
void operator delete(void* block, std::size_t) noexcept { give_back(block); }
void operator delete(void* block, std::align_val_t) noexcept { give_back(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { give_back(block); }

namespace shoal::testing {

std::int64_t held_bytes() { return held; }

CountedMemory::CountedMemory() : before_(held) { most.store(before_); }

std::int64_t CountedMemory::peak() const { return most - before_; }

}  // namespace shoal::testing
