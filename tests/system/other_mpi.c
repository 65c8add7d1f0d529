// MPI as other libraries and other launches have it, for tests: loaded with LD_PRELOAD.
// OTHER_MPI  fewer   one thread at a time may call it
//            never   it must not be started at all: the process ends with 99
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  const char* other = getenv("OTHER_MPI");
  if (other && strcmp(other, "never") == 0) _Exit(99);
  return PMPI_Init_thread(argc, argv, other ? MPI_THREAD_FUNNELED : required, provided);
}
