// The lines that begin in a range of a file's bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "post_digest.hpp"
#include "shoal/corpus/post_reader.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// How much of a file's beginning each range is given, in bytes.
inline constexpr std::size_t kBeginningBytes = std::size_t{64} << 10;
/// A longer line is not read: one rank would hold it whole. Ranges are at most this large, so that what is
/// too long does not depend on them.
inline constexpr std::int64_t kLongestLine = std::int64_t{256} << 20;

/// What is read of a file for one range.
struct RangeBytes {
  std::string text;       ///< whole lines
  std::string beginning;  ///< of the file; empty for its first range, where `text` has it
  bool too_long = false;  ///< the range's last line is longer than kLongestLine, and is not in `text`
  PieceDigests pieces;    ///< of those that begin in the range

  /// As readers see it.
  [[nodiscard]] LineRange lines(bool first) const;
};

/// unit: a range. Throws InputError where the file cannot be read or has become shorter than it was.
RangeBytes read_range(const Unit& unit);

}  // namespace shoal
