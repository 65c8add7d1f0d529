// Sending keeps the bytes until MPI has taken them; receiving looks first, so that it never waits.
#include "mpi_mailbox.hpp"

#include <exception>

#include "mpi_check.hpp"

namespace shoal {
namespace {
constexpr int kTag = 72;
}  // namespace

MpiMailbox::MpiMailbox(MPI_Comm comm) : exceptions_at_start_(std::uncaught_exceptions()) {
  check_mpi(MPI_Comm_dup(comm, &comm_), "MPI_Comm_dup");
}

MpiMailbox::~MpiMailbox() {
  // A rank that leaves by an error of its own must not wait for the others: it goes on to end the job.
  if (std::uncaught_exceptions() > exceptions_at_start_) abandon();
  if (comm_ == MPI_COMM_NULL) return;
  for (Sending& sending : sending_) MPI_Wait(&sending.request, MPI_STATUS_IGNORE);
  MPI_Comm_free(&comm_);
}

void MpiMailbox::abandon() {
  // MPI may still read what is on its way, until the program ends.
  static std::list<Sending> left;
  left.splice(left.end(), sending_);
  comm_ = MPI_COMM_NULL;
}

void MpiMailbox::send(int to, std::span<const std::byte> bytes) {
  drop_arrived();
  Sending& sending = sending_.emplace_back(Sending{Bytes(bytes.begin(), bytes.end())});
  check_mpi(MPI_Isend(sending.bytes.data(), static_cast<int>(sending.bytes.size()), MPI_BYTE, to, kTag, comm_,
                      &sending.request),
            "MPI_Isend");
}

std::optional<Letter> MpiMailbox::receive() {
  drop_arrived();
  int come = 0;
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status status;
  check_mpi(MPI_Improbe(MPI_ANY_SOURCE, kTag, comm_, &come, &message, &status), "MPI_Improbe");
  if (come == 0) return std::nullopt;
  int size = 0;
  MPI_Get_count(&status, MPI_BYTE, &size);
  Letter letter{status.MPI_SOURCE, Bytes(static_cast<std::size_t>(size))};
  check_mpi(MPI_Mrecv(letter.bytes.data(), size, MPI_BYTE, &message, MPI_STATUS_IGNORE), "MPI_Mrecv");
  return letter;
}

void MpiMailbox::drop_arrived() {
  for (auto sending = sending_.begin(); sending != sending_.end();) {
    int arrived = 0;
    check_mpi(MPI_Test(&sending->request, &arrived, MPI_STATUS_IGNORE), "MPI_Test");
    sending = arrived != 0 ? sending_.erase(sending) : std::next(sending);
  }
}

}  // namespace shoal
