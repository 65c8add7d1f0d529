// The order of rows by keys that look random, whichever ranks have them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/data/blocks.hpp"

namespace shoal {

/// For each of this rank's rows of partition its place among all rows by rising key; equal keys by row. keys:
/// a digest for each of this rank's rows: each rank sorts those that begin with its share of all numbers, so
/// that others would crowd on few ranks. Collective.
std::vector<std::int64_t> places_by_key(Communicator& comm, const BlockPartition& partition,
                                        std::span<const Digest> keys);

}  // namespace shoal
