// What a run settles before its first stage.
#pragma once

#include "pipeline/job/job.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// A rank's share of the processors it may use: launchers may have bound it to its own already, and only
/// ranks of the node that may use the same ones share them. asked: 0, or how many threads are wished.
/// Collective.
int threads_of_rank(Communicator& comm, int asked);

/// What can be known wrong before anything is read: throws InputError for weights that are none, or of
/// another network. Rank 0 looks. Collective.
void check_weights(Communicator& comm, const Job& job);

}  // namespace shoal
