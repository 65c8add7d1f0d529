// Device memory is an address range without rights except while work of that device runs.
#include "memory.hpp"

#include <sys/mman.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <utility>

#include "emulator.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace emulator {
namespace {

constexpr std::size_t kRange = std::size_t{16} << 30;
constexpr std::size_t kAlignment = 256;  // as cudaMalloc gives
constexpr std::size_t kGuard = 256;      // after each allocation, and before the first
constexpr std::size_t kPage = 4096;
constexpr unsigned char kGuardByte = 0xa5;
constexpr unsigned char kUnwritten = 0xff;

std::size_t up(std::size_t value, std::size_t step) { return (value + step - 1) / step * step; }

/// Never destroyed, as the last arenas go when the program does.
std::set<const Arena*>& arenas() {
  static auto& all = *new std::set<const Arena*>;
  return all;
}

/// The host, or a kernel of another device, touched device memory.
void on_fault(int signal, siginfo_t* info, void*) {
  for (const Arena* arena : arenas()) {
    if (!arena->in_range(info->si_addr)) continue;
    std::fprintf(stderr, "emulator: %s\n", arena->describe(info->si_addr).c_str());
    std::abort();
  }
  std::signal(signal, SIG_DFL);
}

void watch_faults() {
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
}

void poison([[maybe_unused]] unsigned char* from, [[maybe_unused]] std::size_t bytes,
            [[maybe_unused]] bool on) {
#if defined(__SANITIZE_ADDRESS__)
  on ? __asan_poison_memory_region(from, bytes) : __asan_unpoison_memory_region(from, bytes);
#endif
}

}  // namespace

Arena::Arena(std::size_t capacity) : capacity_(capacity) {
  void* range = mmap(nullptr, kRange, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (range == MAP_FAILED) throw std::runtime_error("no address range for emulated device memory");
  base_ = static_cast<unsigned char*>(range);
  madvise(base_, kRange, MADV_HUGEPAGE);  // or opening and closing would walk over too many pages
  arenas().insert(this);
  watch_faults();
}

Arena::~Arena() {
  poison(base_, end_, false);
  munmap(base_, kRange);
  arenas().erase(this);
}

/// The first gap that takes the bytes and their guard.
std::size_t Arena::place_for(std::size_t bytes) const {
  std::size_t place = kAlignment;
  for (const auto& [offset, size] : sizes_) {
    if (place + bytes + kGuard <= offset) return place;
    place = up(offset + size + kGuard, kAlignment);
  }
  return place;
}

void* Arena::allocate(std::size_t bytes) {
  const std::size_t place = place_for(bytes);
  if (used_ + bytes > capacity_ || place + bytes + kGuard > kRange) return nullptr;
  sizes_[place] = bytes;
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  const std::size_t end = std::max(end_, up(place + bytes + kGuard, kAlignment));
  close();
  const std::size_t fresh = std::exchange(end_, end);
  open();
  poison(base_, end_, false);
  std::memset(base_ + fresh, kGuardByte, end_ - fresh);
  std::memset(base_ + place, kUnwritten, bytes);
  std::memset(base_ + place + bytes, kGuardByte, up(bytes + kGuard, kAlignment) - bytes);
  poison(base_, end_, true);
  for (const auto& [offset, size] : sizes_) poison(base_ + offset, size, false);
  close();
  return base_ + place;
}

void Arena::free(void* memory) {
  const auto found = in_range(memory)
                         ? sizes_.find(static_cast<std::size_t>(static_cast<unsigned char*>(memory) - base_))
                         : sizes_.end();
  if (found == sizes_.end()) throw Misuse("cudaFree is given an address that cudaMalloc did not return");
  open();
  std::memset(memory, kGuardByte, found->second);
  close();
  poison(base_ + found->first, found->second, true);
  used_ -= found->second;
  sizes_.erase(found);
}

bool Arena::in_range(const void* address) const {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto base = reinterpret_cast<std::uintptr_t>(base_);
  return base <= at && at < base + kRange;
}

bool Arena::holds(const void* address, std::size_t bytes) const {
  if (!in_range(address)) return false;
  const auto offset = static_cast<std::size_t>(static_cast<const unsigned char*>(address) - base_);
  auto after = sizes_.upper_bound(offset);
  if (after == sizes_.begin()) return false;
  --after;
  return offset + bytes <= after->first + after->second;
}

void Arena::check_guards(const std::string& after) {
#if !defined(__SANITIZE_ADDRESS__)
  for (const auto& [offset, size] : sizes_) {
    for (std::size_t i = 0; i < kGuard; ++i) {
      if (base_[offset + size + i] != kGuardByte) {
        throw Misuse(after + " wrote past the end of an allocation of " + std::to_string(size) + " bytes");
      }
    }
  }
#else
  static_cast<void>(after);
#endif
}

std::string Arena::describe(const void* address) const {
  return std::string("device memory is touched by who must not: the host, or work of another device (") +
         (holds(address, 1) ? "inside" : "outside") + " of an allocation)";
}

void Arena::open() {
  if (!open_ && end_ > 0) mprotect(base_, up(end_, kPage), PROT_READ | PROT_WRITE);
  open_ = true;
}
void Arena::close() {
  if (open_ && end_ > 0) mprotect(base_, up(end_, kPage), PROT_NONE);
  open_ = false;
}

void* PinnedMemory::allocate(std::size_t bytes, bool mapped) {
  void* memory = std::malloc(bytes);
  if (memory == nullptr) return nullptr;
  std::memset(memory, kUnwritten, bytes);
  sizes_[reinterpret_cast<std::uintptr_t>(memory)] = bytes;
  if (mapped) mapped_.insert(reinterpret_cast<std::uintptr_t>(memory));
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  return memory;
}

void PinnedMemory::free(void* memory) {
  const auto found = sizes_.find(reinterpret_cast<std::uintptr_t>(memory));
  if (found == sizes_.end()) {
    throw Misuse("cudaFreeHost is given an address that cudaHostAlloc did not return");
  }
  used_ -= found->second;
  mapped_.erase(found->first);
  sizes_.erase(found);
  std::free(memory);
}

bool PinnedMemory::is_mapped(const void* address) const {
  return mapped_.contains(reinterpret_cast<std::uintptr_t>(address));
}

bool PinnedMemory::holds(const void* address, std::size_t bytes) const {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  auto after = sizes_.upper_bound(at);
  if (after == sizes_.begin()) return false;
  --after;
  return at + bytes <= after->first + after->second;
}

}  // namespace emulator
