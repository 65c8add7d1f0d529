// What each range of a file must know of all that stands before it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// Whether a range's format asks for a look at all ranges of a file before any of them is read.
bool is_read_twice(const Unit& unit, std::span<const PostReader> readers);

/// By unit, as RecordStarts::inside_behind has it of all that stands before it; nothing where that could not
/// be read, and false for units that do not ask. units: this rank's. Collective.
std::vector<std::optional<bool>> begins_inside(Communicator& comm, const std::vector<Unit>& units,
                                               const ReadSettings& settings);

}  // namespace shoal
