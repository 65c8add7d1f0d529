// The bytes that give delimited text its shape, and the search for them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace shoal {

inline bool is_line_end(char byte) { return byte == '\n' || byte == '\r'; }

/// Whether a field that no quotes enclose ends before this byte.
inline bool is_separator(char byte, char delimiter) { return byte == delimiter || is_line_end(byte); }

inline std::size_t behind_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

/// Searches of eight bytes at a time.
namespace eight_bytes {

inline constexpr std::uint64_t kOnes = 0x0101010101010101U;

inline std::uint64_t load(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

/// The highest bit of each byte that is below `bound` (1 to 128). Bytes behind such a one may be marked
/// wrongly.
inline std::uint64_t below(std::uint64_t word, std::uint64_t bound) {
  return (word - kOnes * bound) & ~word & kOnes * 0x80;
}

/// The same of each byte that is `byte`.
inline std::uint64_t equal(std::uint64_t word, char byte) {
  return below(word ^ kOnes * static_cast<unsigned char>(byte), 1);
}

/// The number of the first byte that is marked.
inline std::size_t first(std::uint64_t marks) {
  return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
}

}  // namespace eight_bytes

/// The first separator at or behind `at`; the text's size where there is none.
inline std::size_t find_separator(std::string_view text, std::size_t at, char delimiter) {
  for (; at + 8 <= text.size(); at += 8) {
    const std::uint64_t word = eight_bytes::load(text.data() + at);
    // Of the bytes below 14 texts hold line ends and tabs.
    std::uint64_t marks = eight_bytes::equal(word, delimiter) | eight_bytes::below(word, 14);
    for (; marks != 0; marks &= marks - 1) {
      const std::size_t candidate = at + eight_bytes::first(marks);
      if (is_separator(text[candidate], delimiter)) return candidate;
    }
  }
  while (at < text.size() && !is_separator(text[at], delimiter)) ++at;
  return at;
}

/// Calls found(position) for each such byte of a text.
template <class Found>
void for_each_byte(std::string_view text, char byte, const Found& found) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t marks = eight_bytes::equal(eight_bytes::load(text.data() + at), byte);
    for (; marks != 0; marks &= marks - 1) {
      const std::size_t candidate = at + eight_bytes::first(marks);
      if (text[candidate] == byte) found(candidate);
    }
  }
  for (; at < text.size(); ++at) {
    if (text[at] == byte) found(at);
  }
}

}  // namespace shoal
