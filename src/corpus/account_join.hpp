// One name for an account that some records tell by its handle and others by its number.
#pragma once

#include <cstdint>
#include <vector>

#include "parsed_unit.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// Where a record has both, a handle and a number are one account; so are all that are joined with it, over
/// all ranks. Its key becomes the smallest handle by bytes, in posts, in their mentions and in accounts: an
/// account that was renamed while the corpus was collected stays one. Does not depend on ranks. Returns how
/// many handles stand under several numbers, whose accounts they join. Collective.
std::int64_t join_accounts(Communicator& comm, std::vector<ParsedUnit>& parsed);

}  // namespace shoal
