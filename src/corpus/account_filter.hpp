// Leaving out posts by what is known of their accounts.
#pragma once

#include <vector>

#include "parsed_unit.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/keep_rule.hpp"

namespace shoal {

/// Takes out of units whose accounts are told once each, over all ranks, the posts whose accounts have not so
/// many followers, or follow not so many, as the rule asks for. A post whose account tells no such count goes
/// as well. Collective.
void filter_by_accounts(Communicator& comm, const KeepRule& keep, std::vector<ParsedUnit>& parsed);

}  // namespace shoal
