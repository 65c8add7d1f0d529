// Waiting, files, reading other processes, binding: where Open MPI's defaults do not fit, in this order.
#include "mpi_settings.hpp"

#include <sched.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "shoal/base/environment.hpp"

namespace shoal {
namespace {

void prefer(const char* name, const char* value) { ::setenv(name, value, 0); }

/// Whether this process may read the memory of that one, in which the same program runs.
bool may_read(pid_t process) {
  static const int original = 1;
  int copy = 0;
  const iovec to{&copy, sizeof copy};
  const iovec from{const_cast<int*>(&original), sizeof original};
  return ::process_vm_readv(process, &to, 1, &from, 1, 0) == static_cast<ssize_t>(sizeof copy);
}

/// Users are numbered as on the host outside of such a namespace. A container may give each rank one of its
/// own, and no rank may then read another.
bool in_user_namespace() {
  std::ifstream map("/proc/self/uid_map");
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  if (!(map >> inside >> outside >> count)) return false;
  return inside != 0 || outside != 0 || count != UINT32_MAX;
}

}  // namespace

bool may_read_other_processes() {
  if (in_user_namespace()) return false;
  int ends[2];
  if (::pipe(ends) != 0) return true;
  const pid_t child = ::fork();
  if (child == 0) {
    // Lives until the other end is closed.
    ::close(ends[1]);
    char nothing = 0;
    ::_exit(static_cast<int>(::read(ends[0], &nothing, 1)));
  }
  const bool may = child < 0 || may_read(child);
  ::close(ends[0]);
  ::close(ends[1]);
  if (child > 0) ::waitpid(child, nullptr, 0);
  return may;
}

void prefer_mpi_settings() {
  // A rank has threads that decode, write and answer letters on the cores on which others wait. Giving way
  // costs a sum over two ranks 0.1 microseconds.
  prefer("OMPI_MCA_mpi_yield_when_idle", "1");
  // Open MPI's own MPI-IO corrupts parallel HDF5 files in 4.1 and 5.0 (open-mpi/ompi#12718); ROMIO does not.
  prefer("OMPI_MCA_io", "^ompio");
  if (may_read_other_processes()) return;
  // Messages are copied twice then; otherwise Open MPI complains of each of them.
  prefer("OMPI_MCA_btl_vader_single_copy_mechanism", "none");
  prefer("OMPI_MCA_smsc", "^cma");
}

void undo_default_binding() {
  if (number_in_environment("OMPI_MCA_orte_bound_at_launch") == 0) return;
  // --bind-to, --map-by and --cpu-set arrive as variables.
  for (const char* asked : {"OMPI_MCA_hwloc_base_binding_policy", "OMPI_MCA_rmaps_base_mapping_policy",
                            "OMPI_MCA_hwloc_base_cpu_set"}) {
    if (std::getenv(asked) != nullptr) return;
  }
  // More ranks have a socket each, or a NUMA node, which suits them.
  constexpr std::int64_t kBoundToCores = 2;
  if (number_in_environment("OMPI_COMM_WORLD_SIZE") > kBoundToCores) return;
  cpu_set_t of_launcher;
  if (::sched_getaffinity(::getppid(), sizeof of_launcher, &of_launcher) != 0) return;
  // Where it fails, the binding stays.
  static_cast<void>(::sched_setaffinity(0, sizeof of_launcher, &of_launcher));
}

}  // namespace shoal
