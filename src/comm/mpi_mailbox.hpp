// Letters as MPI messages on a communicator of their own.
#pragma once

#include <mpi.h>

#include <list>

#include "shoal/comm/mailbox.hpp"

namespace shoal {

class MpiMailbox : public Mailbox {
 public:
  /// Collective over comm.
  explicit MpiMailbox(MPI_Comm comm);
  /// Collective: waits until what this rank sent has arrived.
  ~MpiMailbox() override;
  void send(int to, std::span<const std::byte> bytes) override;
  std::optional<Letter> receive() override;
  void abandon() override;

 private:
  struct Sending {
    Bytes bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  void drop_arrived();

  MPI_Comm comm_ = MPI_COMM_NULL;
  std::list<Sending> sending_;
  int exceptions_at_start_;
};

}  // namespace shoal
