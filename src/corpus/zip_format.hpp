// What the directory of a zip archive and the headers of its members have in common.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "shoal/base/tar.hpp"

namespace shoal {

inline constexpr std::string_view kZipLocalHeader{"PK\x03\x04", 4};
inline constexpr std::string_view kZipEnd{"PK\x05\x06", 4};
inline constexpr std::size_t kZipLocalBytes = 30;
inline constexpr std::uint16_t kZipStored = 0;
inline constexpr std::uint16_t kZipDeflated = 8;

/// A number of a text, little end first; the text is long enough.
template <std::unsigned_integral T>
T zip_number(std::string_view text, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(T{static_cast<unsigned char>(text[at + i])} << (8 * i)));
  return value;
}

/// Up to `bytes` bytes at an offset.
inline std::string read_zip_at(const TarSource& source, std::uint64_t offset, std::size_t bytes) {
  std::string text(bytes, '\0');
  text.resize(source(offset, std::as_writable_bytes(std::span(text))));
  return text;
}

}  // namespace shoal
