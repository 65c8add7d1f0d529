// A line begins at the file's first byte and behind each line end: whether one begins with the range, the
// byte before it tells.
#include "line_range.hpp"

#include <algorithm>

#include "csv_bytes.hpp"
#include "readers.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kStep = std::int64_t{1} << 20;

/// Behind the first line end of a text that is not empty; its size where there is none.
std::size_t behind_line(std::string_view text, LineEnds ends) {
  const std::size_t found = ends == LineEnds::any ? find_separator(text, 0, '\n') : text.find('\n');
  return std::min(found, text.size() - 1) + 1;
}

bool ends_line(char byte, LineEnds ends) { return byte == '\n' || (ends == LineEnds::any && byte == '\r'); }

std::size_t begin_of_last_line(std::string_view text, LineEnds ends) {
  return (ends == LineEnds::any ? text.find_last_of("\r\n") : text.rfind('\n')) + 1;
}

/// Appends what the last line of a range's text has behind it. False if the line is too long.
bool append_rest_of_line(const RandomFile& file, LineEnds ends, RangeBytes& range) {
  std::string& text = range.text;
  std::int64_t next = range.offset + std::ssize(text);
  while (!ends_line(text.back(), ends) && next < file.bytes()) {
    const std::string more = file.read(next, std::min(kStep, file.bytes() - next));
    text.append(more, 0, behind_line(more, ends));
    next += std::ssize(more);
    if (std::ssize(text) - static_cast<std::int64_t>(range.last_line) > kLongestLine) return false;
  }
  return true;
}

/// As all ranges are shown it, and a file that is not cut.
std::string beginning_of(const RandomFile& file) {
  const std::string shown = file.read_up_to(0, kBeginningBytes + 3);
  return std::string(without_mark(shown).substr(0, kBeginningBytes));
}

}  // namespace

std::string_view RangeBytes::lines() const {
  return offset == 0 ? without_mark(text) : std::string_view(text);
}

RangeBytes read_range(const RandomFile& file, const Unit& unit, WantedLines wanted) {
  // All ranges of a file are of the file that was cut.
  if (file.version() != FileVersion{static_cast<std::uint64_t>(unit.file_bytes), unit.modified}) {
    throw_changed_while_read(unit.path);
  }
  const bool first = unit.offset == 0;
  const std::int64_t end = unit.offset + unit.bytes;
  RangeBytes range;
  range.offset = first ? 0 : unit.offset - 1;
  range.text = file.read(range.offset, end - range.offset);
  range.beginning = beginning_of(file);
  if (wanted.pieces) {
    range.pieces = pieces_that_begin_in(file, unit.offset, end, unit.file_bytes, range.text, range.offset);
  }
  if (!first) {
    const std::size_t lines = behind_line(range.text, wanted.ends);  // the text begins before the range
    range.text.erase(0, lines);
    range.offset += static_cast<std::int64_t>(lines);
  }
  if (range.text.empty()) return range;
  range.last_line = begin_of_last_line(range.text, wanted.ends);
  range.too_long = !append_rest_of_line(file, wanted.ends, range);
  return range;
}

}  // namespace shoal
