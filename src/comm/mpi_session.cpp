// Starting MPI, and refusing a launch in which every process would think it is alone.
#include "shoal/comm/mpi_session.hpp"

#include <mpi.h>

#include "launch.hpp"
#include "mpi_communicator.hpp"
#include "mpi_settings.hpp"
#include "shoal/base/error.hpp"

namespace shoal {

MpiSession::MpiSession() {
  undo_default_binding();
  prepare_launch();
  prefer_mpi_settings();
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
