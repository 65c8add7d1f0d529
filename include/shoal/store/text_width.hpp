// How columns of texts lie in a file, and what they take there.
#pragma once

#include <algorithm>
#include <cstdint>

namespace shoal {

/// Padded to the longest, which all ranks write at once, or each in its length, which rank 0 writes.
enum class TextWidth { fixed, own };

/// A column of texts: how many, and their bytes.
struct TextSizes {
  std::int64_t texts = 0;
  std::int64_t longest = 0;
  std::int64_t total = 0;

  [[nodiscard]] std::int64_t padded_bytes() const { return texts * longest; }
  /// With a reference to a heap for each, and the header and the filling of a text there.
  [[nodiscard]] std::int64_t own_bytes() const { return total + texts * 36; }
  /// Padded texts may take twice as much as the others, and a little in any case.
  [[nodiscard]] TextWidth width() const {
    constexpr std::int64_t kAlwaysFixed = std::int64_t{1} << 20;
    return padded_bytes() <= std::max(kAlwaysFixed, 2 * own_bytes()) ? TextWidth::fixed : TextWidth::own;
  }
  [[nodiscard]] std::int64_t stored_bytes() const {
    return width() == TextWidth::fixed ? padded_bytes() : own_bytes();
  }
};

}  // namespace shoal
