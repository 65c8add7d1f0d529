// The order of texts by their bytes, whichever ranks have them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"

namespace shoal {

/// For each of this rank's texts its place among those of all ranks by rising bytes; equal ones by rank, then
/// by their place in texts. Each rank sorts about its share of them (comm/sample_sort.hpp). Collective.
std::vector<std::int64_t> places_by_text(Communicator& comm, std::span<const std::string> texts);

}  // namespace shoal
