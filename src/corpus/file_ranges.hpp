// The ranges of files, put together: what needs all ranges of a file is settled by one rank for each file.
#pragma once

#include <cstdint>
#include <vector>

#include "row_order.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// What stands before a unit in its file.
struct PlaceInFile {
  std::int64_t records_before = 0;
  std::int64_t rows_before = 0;  ///< of quarantine, those that are kept of each unit
};

/// The place of each unit, by position. read: what was found of each; ranges get the digests of their files.
/// Collective.
std::vector<PlaceInFile> join_ranges(Communicator& comm, const std::vector<Unit>& units,
                                     const std::vector<UnitSummary*>& read);

}  // namespace shoal
