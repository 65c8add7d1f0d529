// How this process was launched: what its environment tells before MPI starts, where it is too late to ask.
#pragma once

#include <cstdint>

namespace shoal {

/// Makes the environment one that MPI can start in. A process that is alone becomes an MPI of one rank that
/// needs no launcher, whatever step of a batch system or shell of mpirun it stands in. Throws UsageError
/// where several processes were launched and nothing connects them, and for a second command of a launch of
/// several: a launcher connects its processes once. Changes the environment, so before there is a second
/// thread.
void prepare_launch();

/// Throws UsageError where MPI connected fewer processes than were launched: each would run the whole job.
void require_all_connected(int ranks);

/// Throws UsageError where MPI allows fewer threads to call it at a time than Shoal does. provided: what
/// MPI_Init_thread said, wanted: MPI_THREAD_MULTIPLE.
void require_thread_level(int provided, int wanted);

}  // namespace shoal
