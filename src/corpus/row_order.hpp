// Row numbers: from what each rank has read to the order that the inputs alone decide.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// One file as its reader found it.
struct UnitSummary {
  std::string relative;
  std::string digest;       ///< SHA-256 in hexadecimal
  std::int64_t number = 0;  ///< of the unit
  std::int64_t bytes = 0;
  std::int64_t posts = 0;  ///< that have a row
};

/// The summaries of all ranks in row order, on all ranks. Collective.
std::vector<UnitSummary> summaries_in_row_order(Communicator& comm, const std::vector<UnitSummary>& mine);

/// The first row of each unit, by unit number, given its number of posts in row order.
std::vector<std::int64_t> first_rows(const std::vector<UnitSummary>& in_row_order);

/// For each of this rank's (id, row): whether no earlier row of any rank has the same id. Collective.
std::vector<bool> first_with_id(Communicator& comm, const std::vector<std::string>& ids,
                                const std::vector<std::int64_t>& rows);

}  // namespace shoal
