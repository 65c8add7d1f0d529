// The lines that begin in a range of a file's bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "post_digest.hpp"
#include "shoal/base/random_file.hpp"
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
  std::string text;           ///< whole lines; of one that is too long more than kLongestLine bytes
  std::string beginning;      ///< of the file, without a byte order mark
  std::int64_t offset = 0;    ///< of the text, in the file
  std::size_t last_line = 0;  ///< where the text's last line begins in it
  bool too_long = false;      ///< whether the last line has more than kLongestLine bytes
  PieceDigests pieces;        ///< of those that begin in the range, if they are wanted

  /// Without the byte order mark that the file may begin with.
  [[nodiscard]] std::string_view lines() const;
};

enum class LineEnds : std::uint8_t {
  lf,  ///< behind LF alone
  any  ///< behind LF and behind CR
};

struct WantedLines {
  LineEnds ends = LineEnds::lf;
  bool pieces = true;
};

/// unit: a range of the file. Throws UnavailableError where that is not the file any more that was listed.
RangeBytes read_range(const RandomFile& file, const Unit& unit, WantedLines wanted = {});

}  // namespace shoal
