// Settings of Open MPI that Shoal wants, made before MPI starts.
#pragma once

namespace shoal {

/// Sets variables of Open MPI 4 and 5 in the environment; what the user has set stays. Starts a process for a
/// moment, so before there is a second thread.
void prefer_mpi_settings();

/// Whether a process of this user may read the memory of another, as Open MPI's ranks of one node do with
/// long messages (cross-memory attach). Some containers forbid it.
bool may_read_other_processes();

/// Open MPI 4 binds one or two ranks to a core each, unless told otherwise: the threads of a rank would share
/// one core, and all other cores stay idle. Gives this process the processors of its launcher again. A
/// binding that the user asked for stays.
void undo_default_binding();

}  // namespace shoal
