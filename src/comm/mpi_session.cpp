// Starting MPI, and refusing a launch in which every process would think it is alone.
#include "shoal/comm/mpi_session.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include <cstdlib>
#include <string>

#include "mpi_communicator.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

[[noreturn]] void refuse_lonely_ranks(std::int64_t launched) {
  throw UsageError(fmt::format(
      "{} processes were launched, but each sees an MPI of one rank, so each would run the whole job; under "
      "Slurm start with `srun --mpi=pmix`, elsewhere with the mpirun of the MPI that shoal was built with",
      launched));
}

/// Under srun --mpi=none or pmi2, Open MPI may abort inside MPI_Init: look before.
void check_launcher_before() {
  const bool wired =
      std::getenv("PMIX_NAMESPACE") != nullptr || number_in_environment("OMPI_COMM_WORLD_SIZE") > 0;
  // SLURM_NTASKS would not do: it stands in every batch script, also outside a step.
  const std::int64_t tasks = number_in_environment("SLURM_STEP_NUM_TASKS");
  if (tasks > 1 && !wired) refuse_lonely_ranks(tasks);
}

void check_launcher_after(int size) {
  for (const char* name : {"SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    if (number_in_environment(name) > size) refuse_lonely_ranks(number_in_environment(name));
  }
}

void prefer(const char* name, const char* value) { ::setenv(name, value, 0); }

}  // namespace

MpiSession::MpiSession() {
  check_launcher_before();
  // Open MPI's own MPI-IO corrupts parallel HDF5 files in 4.1 and 5.0 (open-mpi/ompi#12718); ROMIO does not.
  prefer("OMPI_MCA_io", "^ompio");
  int provided = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided) != MPI_SUCCESS) {
    throw FailureError("MPI cannot be initialised; its own message above says why");
  }
  auto world = std::make_unique<MpiCommunicator>(MPI_COMM_WORLD);
  check_launcher_after(world->size());
  world_ = std::move(world);
}

MpiSession::~MpiSession() {
  world_.reset();
  MPI_Finalize();
}

}  // namespace shoal
