// Little-endian numbers from untrusted bytes: every read is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "vision/weights/table.hpp"

namespace shoal {

class BytesReader {
 public:
  /// what: the sentence's reason where bytes run out.
  BytesReader(std::span<const std::byte> bytes, std::string what) : bytes_(bytes), what_(std::move(what)) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  void seek(std::uint64_t at) {
    if (at > bytes_.size()) throw Refusal{what_};
    at_ = static_cast<std::size_t>(at);
  }
  void skip(std::uint64_t count) { static_cast<void>(text(count)); }

  /// Valid as long as the bytes.
  std::string_view text(std::uint64_t count) {
    if (count > left()) throw Refusal{what_};
    const auto* first = reinterpret_cast<const char*>(bytes_.data()) + at_;
    at_ += static_cast<std::size_t>(count);
    return {first, static_cast<std::size_t>(count)};
  }

  template <class Number>
  Number number() {
    Number value{};
    std::memcpy(&value, text(sizeof value).data(), sizeof value);
    return value;
  }

 private:
  std::span<const std::byte> bytes_;
  std::string what_;
  std::size_t at_ = 0;
};

}  // namespace shoal
