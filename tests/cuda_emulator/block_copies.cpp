// Copies that a thread has begun and not waited for. What they will write to is unwritten until then, so that
// a wait left out, or for the wrong group, shows as NaN.
#include <algorithm>
#include <cstring>

#include "block.hpp"
#include "cuda_pipeline.h"
#include "world.hpp"

namespace emulator {
namespace {

constexpr unsigned char kUnwritten = 0xff;

bool aligned(const void* address, std::size_t bytes) {
  return reinterpret_cast<std::uintptr_t>(address) % bytes == 0;
}

bool is_device_memory(const void* address, std::size_t bytes) {
  const auto& arenas = world().arenas;
  return std::any_of(arenas.begin(), arenas.end(), [&](const auto& arena) {
    return arena->holds(address, std::max<std::size_t>(bytes, 1));
  });
}

}  // namespace

void Block::copy_async(const Copy& copy, Place place) {
  const std::size_t bytes = copy.bytes;
  if (bytes != 4 && bytes != 8 && bytes != 16) fail("an asynchronous copy is not of 4, 8 or 16 bytes", place);
  if (copy.zeros > bytes) fail("an asynchronous copy has more zeros than bytes", place);
  if (!aligned(copy.to, bytes) || !aligned(copy.from, bytes)) {
    fail("an asynchronous copy is not aligned to its size", place);
  }
  const auto* const to = static_cast<const unsigned char*>(copy.to);
  if (to < aligned_ || to + bytes > aligned_ + shared_bytes_) {
    fail("an asynchronous copy does not write to the block's shared memory", place);
  }
  if (!is_device_memory(copy.from, bytes - copy.zeros)) {
    fail("an asynchronous copy reads what is no allocated memory of a device", place);
  }
  std::memset(copy.to, kUnwritten, bytes);
  Thread& self = threads_[static_cast<std::size_t>(current.rank)];
  self.copies.push_back(copy);
  self.copies.back().group = self.groups;
  self.copies_from = place;
}

void Block::commit_copies() { ++threads_[static_cast<std::size_t>(current.rank)].groups; }

void Block::wait_for_copies(std::size_t but_latest) {
  Thread& self = threads_[static_cast<std::size_t>(current.rank)];
  while (!self.copies.empty() && self.copies.front().group + but_latest < self.groups) {
    const Copy& copy = self.copies.front();
    const std::size_t read = copy.bytes - copy.zeros;
    std::memcpy(copy.to, copy.from, read);
    std::memset(static_cast<unsigned char*>(copy.to) + read, 0, copy.zeros);
    self.copies.pop_front();
  }
}

/// When a thread has come to its end.
void Block::expect_no_copies() const {
  const Thread& self = threads_[static_cast<std::size_t>(current.rank)];
  if (!self.copies.empty()) {
    fail("a thread ends before the last of its asynchronous copies was waited for", self.copies_from);
  }
}

}  // namespace emulator
