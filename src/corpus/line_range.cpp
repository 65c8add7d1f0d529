// A line begins at the file's first byte and behind each line end: whether one begins with the range, the
// byte before it tells.
#include "line_range.hpp"

#include <algorithm>

#include "post_digest.hpp"
#include "readers.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kStep = std::int64_t{1} << 20;

/// The first line of a text that begins with the byte before a range.
std::size_t first_line_in(std::string_view text, bool first) {
  if (first) return 0;
  const std::size_t line_end = text.find('\n');
  return line_end == std::string_view::npos ? text.size() : line_end + 1;
}

/// Appends what the last line of a text, which begins at `line`, has behind it; that is at `next` of the
/// file. False if the line is too long.
bool append_rest_of_line(const RandomFile& file, std::int64_t next, std::int64_t file_bytes, std::size_t line,
                         std::string& text) {
  while (text.back() != '\n' && next < file_bytes) {
    const std::string more = file.read(next, std::min(kStep, file_bytes - next));
    text.append(more, 0, more.find('\n') == std::string::npos ? more.size() : more.find('\n') + 1);
    next += std::ssize(more);
    if (std::ssize(text) - static_cast<std::int64_t>(line) > kLongestLine) return false;
  }
  return true;
}

}  // namespace

LineRange RangeBytes::lines(bool first) const {
  if (!first) return {text, without_mark(beginning), false, {}};
  const std::string_view unmarked = without_mark(text);
  return {unmarked, unmarked.substr(0, kBeginningBytes), true, {}};
}

RangeBytes read_range(const Unit& unit) {
  const RandomFile file(unit.path);
  // All ranges of a file are of the file that was cut.
  if (file.version() != FileVersion{static_cast<std::uint64_t>(unit.file_bytes), unit.modified}) {
    throw_changed_while_read(unit.path);
  }
  const bool first = unit.offset == 0;
  const std::int64_t begin = first ? 0 : unit.offset - 1;
  const std::int64_t end = unit.offset + unit.bytes;
  RangeBytes range;
  range.text = file.read(begin, end - begin);
  range.pieces = pieces_that_begin_in(file, unit.offset, end, unit.file_bytes, range.text, begin);
  if (!first) {
    range.beginning = file.read(0, std::min<std::int64_t>(kBeginningBytes, unit.file_bytes));
  }
  range.text.erase(0, first_line_in(range.text, first));
  if (range.text.empty()) return range;
  const std::size_t last_line = range.text.rfind('\n') + 1;
  range.too_long = !append_rest_of_line(file, end, unit.file_bytes, last_line, range.text);
  if (range.too_long) range.text.resize(last_line);
  return range;
}

}  // namespace shoal
