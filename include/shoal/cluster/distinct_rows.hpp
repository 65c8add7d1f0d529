// How many rows differ from each other: more groups than these cannot be found.
#pragma once

#include <cstdint>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/row_source.hpp"

namespace shoal {

/// Distinct rows of all ranks, `most` where there are as many or more. Rows are told apart by the first 128
/// bits of their SHA-256, of which a rank holds at most `most`. Collective.
std::int64_t count_distinct_rows(Communicator& comm, const DenseRowSource& rows, std::int64_t most);

/// A row without entries does not count. Collective.
std::int64_t count_distinct_rows(Communicator& comm, const SparseRowSource& rows, std::int64_t most);

}  // namespace shoal
