// Plain values as bytes, one after the other: what journals and checkpoints hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// Numbers as 8 bytes, little endian; what varies in length with its length before it.
class Packer {
 public:
  void number(std::int64_t value);
  void numbers(std::span<const double> values);
  void text(std::string_view value);
  void bytes(std::span<const std::byte> value);
  /// Room for this many bytes, so that what grows is not copied.
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  /// Everything so far; the object is empty then.
  std::vector<std::byte> take();

 private:
  void put(const void* data, std::size_t size);
  std::vector<std::byte> bytes_;
};

/// Reads them in the same order. Every method throws FailureError where the bytes are shorter than they say.
class Unpacker {
 public:
  /// what: what the bytes are, for the sentence.
  Unpacker(std::span<const std::byte> bytes, std::string what) : rest_(bytes), what_(std::move(what)) {}
  std::int64_t number();
  std::vector<double> numbers();
  std::string text();
  /// Valid as long as the bytes given at first.
  std::span<const std::byte> bytes();

 private:
  std::span<const std::byte> take(std::int64_t count, std::size_t element_bytes);
  std::span<const std::byte> rest_;
  std::string what_;
};

}  // namespace shoal
