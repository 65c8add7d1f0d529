// MPI as other libraries and other launches have it, for tests: loaded with LD_PRELOAD.
// OTHER_MPI  fewer   one thread at a time may call it
//            never   it must not be started at all: the process ends with 99
//            apart   no process may read another's memory, as in some containers
#define _GNU_SOURCE
#include <errno.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct iovec;

static int other_is(const char* what) {
  const char* other = getenv("OTHER_MPI");
  return other && strcmp(other, what) == 0;
}

long process_vm_readv(int process, const struct iovec* to, unsigned long to_count, const struct iovec* from,
                      unsigned long from_count, unsigned long flags) {
  if (!other_is("apart")) return syscall(SYS_process_vm_readv, process, to, to_count, from, from_count, flags);
  errno = EPERM;
  return -1;
}

int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  if (other_is("never")) _Exit(99);
  return PMPI_Init_thread(argc, argv, other_is("fewer") ? MPI_THREAD_FUNNELED : required, provided);
}
