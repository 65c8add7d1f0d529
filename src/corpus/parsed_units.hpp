// All of a rank's units after reading, each record with the number that it has in its file.
#pragma once

#include <vector>

#include "parsed_unit.hpp"
#include "row_order.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {

struct ParsedUnits {
  std::vector<ParsedUnit> units;  ///< in the order in which they were given
  FileOrder order;                ///< of all ranks' units
};

/// units: this rank's. What is to be forgotten is still there. Collective.
ParsedUnits parse_and_settle(Communicator& comm, const std::vector<Unit>& units,
                             const ReadSettings& settings);

std::vector<UnitSummary> summaries_of(const std::vector<ParsedUnit>& parsed);

}  // namespace shoal
