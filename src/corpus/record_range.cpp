// A range's lines are cut where its first record begins, and go on until another range's first one does.
#include "record_range.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kStep = std::int64_t{1} << 20;
constexpr std::size_t kNone = std::string_view::npos;

/// Takes from the lines what belongs to a record that began before them; all where no record begins in them.
void take_rest_of_record(const RecordStarts& starts, bool inside, RangeBytes& range) {
  const std::size_t rest =
      std::min(starts.rest_of_record(range.text, range.beginning, inside), range.text.size());
  range.text.erase(0, rest);
  range.offset += static_cast<std::int64_t>(rest);
  range.last_line -= std::min(rest, range.last_line);
}

/// Appends what the last record has behind the range's lines.
void append_rest_of_record(const RandomFile& file, const RecordStarts& starts, bool inside,
                           RangeBytes& range) {
  const std::int64_t begin = range.offset + std::ssize(range.text);
  std::string more;
  std::size_t rest = starts.rest_of_record(more, range.beginning, inside);
  while (rest == kNone && begin + std::ssize(more) < file.bytes() && std::ssize(more) < kLongestLine) {
    // Twice as much each time: all of it is looked through again.
    const std::int64_t wanted = std::min(std::max(kStep, 2 * std::ssize(more)), kLongestLine);
    const std::int64_t next = begin + std::ssize(more);
    more += file.read(next, std::min(wanted - std::ssize(more), file.bytes() - next));
    rest = starts.rest_of_record(more, range.beginning, inside);
  }
  range.text.append(more, 0, rest);
}

}  // namespace

std::array<bool, 2> inside_behind_range(const Unit& unit, const RecordStarts& starts) {
  RangeBytes range = read_range(RandomFile(unit.path), unit, {LineEnds::any, false});
  if (range.too_long) range.text.resize(range.last_line);
  return starts.inside_behind(range.lines(), range.beginning);
}

RangeBytes read_records(const RandomFile& file, const Unit& unit, const RecordStarts& starts,
                        std::optional<bool> before) {
  if (!before) {
    throw UnavailableError(fmt::format(
        "what stands before byte {} of '{}' could not be read; run again when all of the file can be",
        unit.offset, unit.path));
  }
  const bool inside = *before;
  RangeBytes range = read_range(file, unit, {LineEnds::any, true});
  const bool inside_behind =
      starts.inside_behind != nullptr && starts.inside_behind(range.lines(), range.beginning)[inside ? 1 : 0];
  if (unit.offset > 0) take_rest_of_record(starts, inside, range);
  if (!range.text.empty() && !range.too_long) append_rest_of_record(file, starts, inside_behind, range);
  return range;
}

}  // namespace shoal
