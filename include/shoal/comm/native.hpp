// The MPI handle behind a communicator, for libraries that take one. Only src/store includes this.
#pragma once

#include <mpi.h>

#include "shoal/comm/communicator.hpp"

namespace shoal {

/// MPI_COMM_SELF for a communicator that is not MPI's (MPI must be initialised all the same).
MPI_Comm native_handle(const Communicator& comm);

}  // namespace shoal
