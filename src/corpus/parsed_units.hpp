// All of a rank's units after reading, each record with the number that it has in its file.
#pragma once

#include <vector>

#include "parsed_unit.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {

/// units: this rank's; returns them in the same order. What is to be forgotten is still there. Collective.
std::vector<ParsedUnit> parse_and_settle(Communicator& comm, const std::vector<Unit>& units,
                                         const ReadSettings& settings);

}  // namespace shoal
