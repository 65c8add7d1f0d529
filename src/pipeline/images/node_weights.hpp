// A network's weights once per node, in memory that its ranks share.
#pragma once

#include <memory>

#include "shoal/comm/communicator.hpp"
#include "shoal/compute/weight_memory.hpp"

namespace shoal {

/// The first rank of each node fills it, and the others map what it filled. Where they cannot (a container of
/// its own for each rank), they fill memory of their own. filled() is collective: all ranks compile the same
/// network at the same time.
std::unique_ptr<WeightMemory> make_node_weight_memory(Communicator& comm);

}  // namespace shoal
