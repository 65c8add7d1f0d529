// The communicator of a test program that runs under mpirun.
#pragma once

#include "shoal/comm/mpi_session.hpp"

namespace shoal::testing {

Communicator& world();

}  // namespace shoal::testing
