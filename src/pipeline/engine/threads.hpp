// How many threads a rank may use.
#pragma once

#include "shoal/comm/communicator.hpp"

namespace shoal {

/// A rank's share of the processors it may use: launchers may have bound it to its own already, and only
/// ranks of the node that may use the same ones share them. asked: 0, or how many threads are wished.
/// Collective.
int threads_of_rank(Communicator& comm, int asked);

}  // namespace shoal
