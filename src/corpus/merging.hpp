// Several records of one post, or of one account, become one.
#pragma once

#include <cstdint>
#include <vector>

#include "parsed_unit.hpp"
#include "row_order.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/data/post.hpp"

namespace shoal {

/// Of several records of a post the one with the largest number tells most of it.
std::int64_t precedence(const Post& post);

/// Takes out the posts that another record of the same post outdoes, also one that a rule leaves out: then
/// none of its records stays. Returns how many records were outdone. Collective.
std::int64_t merge_posts(Communicator& comm, const RowOrder& order, std::vector<ParsedUnit>& parsed);

/// The same of accounts: one that knows its counts outdoes one that does not. Collective.
void merge_accounts(Communicator& comm, const RowOrder& order, std::vector<ParsedUnit>& parsed);

}  // namespace shoal
