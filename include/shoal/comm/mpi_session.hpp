// MPI from start to end of the program, without showing mpi.h.
#pragma once

#include <memory>

#include "shoal/comm/communicator.hpp"

namespace shoal {

/// Initialises MPI; the destructor finalises it. One per program.
class MpiSession {
 public:
  /// Throws UsageError where several processes were launched but each sees an MPI of one rank (a launcher
  /// without PMIx): each would run the whole job; for a second command of a launch of several; and for an MPI
  /// below MPI_THREAD_MULTIPLE.
  MpiSession();
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  [[nodiscard]] Communicator& world() { return *world_; }

 private:
  std::unique_ptr<Communicator> world_;
};

}  // namespace shoal
