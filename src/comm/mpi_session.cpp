// Starting MPI, and refusing a launch in which every process would think it is alone.
#include "shoal/comm/mpi_session.hpp"

#include <mpi.h>

#include <cstdlib>

#include "launch.hpp"
#include "mpi_communicator.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

void prefer(const char* name, const char* value) { ::setenv(name, value, 0); }

}  // namespace

MpiSession::MpiSession() {
  prepare_launch();
  // Open MPI's own MPI-IO corrupts parallel HDF5 files in 4.1 and 5.0 (open-mpi/ompi#12718); ROMIO does not.
  prefer("OMPI_MCA_io", "^ompio");
  int provided = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided) != MPI_SUCCESS) {
    throw FailureError("MPI cannot be initialised; its own message above says why");
  }
  try {
    require_thread_level(provided, MPI_THREAD_MULTIPLE);
    auto world = std::make_unique<MpiCommunicator>(MPI_COMM_WORLD);
    require_all_connected(world->size());
    world_ = std::move(world);
  } catch (const UsageError&) {
    MPI_Finalize();  // or mpirun says that a rank crashed
    throw;
  }
}

MpiSession::~MpiSession() {
  world_.reset();
  MPI_Finalize();
}

}  // namespace shoal
