// The records that begin in a range of a file's bytes, where a record may take several lines.
#pragma once

#include <array>
#include <optional>

#include "line_range.hpp"
#include "shoal/corpus/post_reader.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// What the lines that begin in a range make of what stands before them, as RecordStarts::inside_behind has
/// it; a line that is too long changes nothing. Throws as read_range does.
std::array<bool, 2> inside_behind_range(const Unit& unit, const RecordStarts& starts);

/// unit: a range of the file. inside: of what stands before its lines; nothing where that is not known, which
/// throws an UnavailableError. The last record may break off where
/// kLongestLine bytes behind the range's lines do not end it. Throws as read_range does.
RangeBytes read_records(const RandomFile& file, const Unit& unit, const RecordStarts& starts,
                        std::optional<bool> inside);

}  // namespace shoal
