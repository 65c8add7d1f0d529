// Device memory, which only work on its device may touch, and pinned host memory, by their allocations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace emulator {

/// The memory of one device: an address range that the host may not touch, with guarded allocations.
class Arena {
 public:
  explicit Arena(std::size_t capacity);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// nullptr where the device is full. Fresh memory is filled with a pattern that makes NaN.
  void* allocate(std::size_t bytes);
  /// Throws Misuse for an address that is not the beginning of an allocation.
  void free(void* memory);
  /// Whether [address, address + bytes) lies in one allocation.
  [[nodiscard]] bool holds(const void* address, std::size_t bytes) const;
  [[nodiscard]] bool in_range(const void* address) const;
  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] std::size_t peak() const { return peak_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t allocations() const { return sizes_.size(); }
  /// Throws Misuse, naming `after`, where something was written between allocations.
  void check_guards(const std::string& after);
  /// A sentence about an address that was touched without leave.
  [[nodiscard]] std::string describe(const void* address) const;

  /// Whether the memory may be touched. It is closed whenever the host goes on.
  void open();
  void close();

 private:
  [[nodiscard]] std::size_t place_for(std::size_t bytes) const;

  std::size_t capacity_;
  unsigned char* base_ = nullptr;
  std::size_t end_ = 0;                       ///< of what was ever used, in bytes from base
  std::map<std::size_t, std::size_t> sizes_;  ///< by offset
  std::size_t used_ = 0;
  std::size_t peak_ = 0;
  bool open_ = false;
};

/// Pinned host memory, by its beginning.
class PinnedMemory {
 public:
  /// mapped: kernels may touch it.
  void* allocate(std::size_t bytes, bool mapped);
  void free(void* memory);
  [[nodiscard]] bool holds(const void* address, std::size_t bytes) const;
  /// Whether that is the beginning of such memory.
  [[nodiscard]] bool is_mapped(const void* address) const;
  [[nodiscard]] std::size_t allocations() const { return sizes_.size(); }
  [[nodiscard]] std::size_t peak() const { return peak_; }
  void begin_peak_again() { peak_ = used_; }

 private:
  std::map<std::uintptr_t, std::size_t> sizes_;
  std::set<std::uintptr_t> mapped_;
  std::size_t used_ = 0;
  std::size_t peak_ = 0;
};

}  // namespace emulator
