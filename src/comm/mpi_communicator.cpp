// Collectives over MPI. Counts are cut into pieces that fit MPI's int; byte exchanges are two-sided messages,
// since one-sided ones make no progress by themselves.
#include "mpi_communicator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "mpi_check.hpp"
#include "mpi_mailbox.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/native.hpp"

namespace shoal {
namespace {

/// Bytes of one message, and elements of one reduction times 8.
constexpr std::size_t kPieceBytes = std::size_t{1} << 30;

template <class T>
void allreduce(std::span<T> values, MPI_Datatype type, MPI_Op operation, MPI_Comm comm) {
  constexpr std::size_t kPiece = kPieceBytes / sizeof(T);
  for (std::size_t begin = 0; begin < values.size(); begin += kPiece) {
    const std::size_t count = std::min(kPiece, values.size() - begin);
    check_mpi(
        MPI_Allreduce(MPI_IN_PLACE, values.data() + begin, static_cast<int>(count), type, operation, comm),
        "MPI_Allreduce");
  }
}

/// Posts the pieces of one long message; messages between two ranks arrive in order, so one tag serves all.
class Messages {
 public:
  explicit Messages(MPI_Comm comm) : comm_(comm) {}

  void send(std::span<const std::byte> bytes, int to) {
    each_piece(bytes.size(), [&](std::size_t begin, int count) {
      check_mpi(MPI_Isend(bytes.data() + begin, count, MPI_BYTE, to, kTag, comm_, next()), "MPI_Isend");
    });
  }
  void receive(std::span<std::byte> bytes, int from) {
    each_piece(bytes.size(), [&](std::size_t begin, int count) {
      check_mpi(MPI_Irecv(bytes.data() + begin, count, MPI_BYTE, from, kTag, comm_, next()), "MPI_Irecv");
    });
  }
  void wait() {
    check_mpi(MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE),
              "MPI_Waitall");
  }

 private:
  static constexpr int kTag = 71;

  template <class Post>
  static void each_piece(std::size_t size, const Post& post) {
    for (std::size_t begin = 0; begin < size; begin += kPieceBytes) {
      post(begin, static_cast<int>(std::min(kPieceBytes, size - begin)));
    }
  }
  MPI_Request* next() { return &requests_.emplace_back(MPI_REQUEST_NULL); }

  MPI_Comm comm_;
  std::vector<MPI_Request> requests_;
};

std::vector<std::int64_t> all_sizes(std::size_t mine, int ranks, MPI_Comm comm) {
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(ranks));
  const auto size = static_cast<std::int64_t>(mine);
  check_mpi(MPI_Allgather(&size, 1, MPI_INT64_T, sizes.data(), 1, MPI_INT64_T, comm), "MPI_Allgather");
  return sizes;
}

}  // namespace

MpiCommunicator::MpiCommunicator(MPI_Comm handle) : handle_(handle) {
  // So that a failed call becomes a sentence; a rank that dies still ends the job.
  MPI_Comm_set_errhandler(handle_, MPI_ERRORS_RETURN);
  MPI_Comm_rank(handle_, &rank_);
  MPI_Comm_size(handle_, &size_);
  MPI_Comm node = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(handle_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node),
            "MPI_Comm_split_type");
  MPI_Comm_rank(node, &node_rank_);
  MPI_Comm_size(node, &node_size_);
  MPI_Comm_free(&node);
  check_mpi(MPI_Comm_dup(handle_, &leaving_), "MPI_Comm_dup");
}

MpiCommunicator::~MpiCommunicator() { MPI_Comm_free(&leaving_); }

void MpiCommunicator::barrier() { check_mpi(MPI_Barrier(handle_), "MPI_Barrier"); }

void MpiCommunicator::allreduce_sum(std::span<std::int64_t> values) {
  allreduce(values, MPI_INT64_T, MPI_SUM, handle_);
}
void MpiCommunicator::allreduce_max(std::span<double> values) {
  allreduce(values, MPI_DOUBLE, MPI_MAX, handle_);
}
void MpiCommunicator::allreduce_max(std::span<std::int64_t> values) {
  allreduce(values, MPI_INT64_T, MPI_MAX, handle_);
}
void MpiCommunicator::allreduce_min(std::span<std::int64_t> values) {
  allreduce(values, MPI_INT64_T, MPI_MIN, handle_);
}

void MpiCommunicator::broadcast(std::span<std::byte> bytes, int root) {
  for (std::size_t begin = 0; begin < bytes.size(); begin += kPieceBytes) {
    const std::size_t count = std::min(kPieceBytes, bytes.size() - begin);
    check_mpi(MPI_Bcast(bytes.data() + begin, static_cast<int>(count), MPI_BYTE, root, handle_), "MPI_Bcast");
  }
}

std::vector<Bytes> MpiCommunicator::all_gather(std::span<const std::byte> mine) {
  // Gathered on one rank and broadcast from there: two collectives that MPI runs as trees.
  std::vector<Bytes> parts = gather(mine, 0);
  std::vector<std::int64_t> sizes = all_sizes(mine.size(), size_, handle_);
  parts.resize(sizes.size());
  for (std::size_t r = 0; r < parts.size(); ++r) {
    parts[r].resize(static_cast<std::size_t>(sizes[r]));
    broadcast(parts[r], 0);
  }
  return parts;
}

std::vector<Bytes> MpiCommunicator::gather(std::span<const std::byte> mine, int root) {
  const std::vector<std::int64_t> sizes = all_sizes(mine.size(), size_, handle_);
  Messages messages(handle_);
  std::vector<Bytes> parts;
  if (rank_ == root) {
    for (const std::int64_t size : sizes) parts.emplace_back(static_cast<std::size_t>(size));
    for (int r = 0; r < size_; ++r) {
      if (r != root) messages.receive(parts[static_cast<std::size_t>(r)], r);
    }
    std::copy(mine.begin(), mine.end(), parts[static_cast<std::size_t>(root)].begin());
  } else {
    messages.send(mine, root);
  }
  messages.wait();
  return parts;
}

std::vector<Bytes> MpiCommunicator::all_to_all(std::vector<Bytes> outgoing) {
  SHOAL_EXPECT(outgoing.size() == static_cast<std::size_t>(size_));
  std::vector<std::int64_t> sizes(outgoing.size());
  std::transform(outgoing.begin(), outgoing.end(), sizes.begin(),
                 [](const Bytes& bytes) { return static_cast<std::int64_t>(bytes.size()); });
  std::vector<std::int64_t> incoming_sizes(outgoing.size());
  check_mpi(MPI_Alltoall(sizes.data(), 1, MPI_INT64_T, incoming_sizes.data(), 1, MPI_INT64_T, handle_),
            "MPI_Alltoall");
  std::vector<Bytes> incoming(outgoing.size());
  Messages messages(handle_);
  for (int step = 1; step < size_; ++step) {
    // Each rank begins with its successor, so that no rank is everyone's first partner.
    const int from = (rank_ - step + size_) % size_;
    Bytes& part = incoming[static_cast<std::size_t>(from)];
    part.resize(static_cast<std::size_t>(incoming_sizes[static_cast<std::size_t>(from)]));
    messages.receive(part, from);
  }
  for (int step = 1; step < size_; ++step) {
    const int to = (rank_ + step) % size_;
    messages.send(outgoing[static_cast<std::size_t>(to)], to);
  }
  incoming[static_cast<std::size_t>(rank_)] = std::move(outgoing[static_cast<std::size_t>(rank_)]);
  messages.wait();
  return incoming;
}

namespace {

/// Whether the request is done before the end; sleeps between looks, so that others may compute.
bool done_before(MPI_Request& request, std::chrono::steady_clock::time_point end) {
  int done = 0;
  auto pause = std::chrono::microseconds(50);
  while (MPI_Test(&request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && done == 0) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, std::chrono::microseconds(5000));
  }
  return done != 0;
}

}  // namespace

void MpiCommunicator::wait_for_all() {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(handle_, &request), "MPI_Ibarrier");
  if (!done_before(request, std::chrono::steady_clock::time_point::max())) {
    throw FailureError("MPI_Test failed while waiting for the other ranks");
  }
}

std::unique_ptr<Mailbox> MpiCommunicator::open_mailbox() { return std::make_unique<MpiMailbox>(handle_); }

bool MpiCommunicator::leave_together(std::chrono::milliseconds time) {
  MPI_Request request = MPI_REQUEST_NULL;
  if (MPI_Ibarrier(leaving_, &request) != MPI_SUCCESS) return false;
  return done_before(request, std::chrono::steady_clock::now() + time);
}

void MpiCommunicator::abort(int exit_code) {
  MPI_Abort(handle_, exit_code);
  std::_Exit(exit_code);
}

MPI_Comm native_handle(const Communicator& comm) {
  const auto* mpi = dynamic_cast<const MpiCommunicator*>(&comm);
  return mpi != nullptr ? mpi->handle() : MPI_COMM_SELF;
}

}  // namespace shoal
