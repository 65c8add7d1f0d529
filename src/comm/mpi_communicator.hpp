// The communicator that is MPI's.
#pragma once

#include <mpi.h>

#include "shoal/comm/communicator.hpp"

namespace shoal {

class MpiCommunicator : public Communicator {
 public:
  /// handle is not owned.
  explicit MpiCommunicator(MPI_Comm handle);
  ~MpiCommunicator() override;

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  [[nodiscard]] int node_rank() const override { return node_rank_; }
  [[nodiscard]] int node_size() const override { return node_size_; }

  void barrier() override;
  void allreduce_sum(std::span<std::int64_t> values) override;
  void allreduce_max(std::span<double> values) override;
  void allreduce_max(std::span<std::int64_t> values) override;
  void allreduce_min(std::span<std::int64_t> values) override;
  void broadcast(std::span<std::byte> bytes, int root) override;
  std::vector<Bytes> all_gather(std::span<const std::byte> mine) override;
  std::vector<Bytes> gather(std::span<const std::byte> mine, int root) override;
  std::vector<Bytes> all_to_all(std::vector<Bytes> outgoing) override;
  void wait_for_all() override;
  std::unique_ptr<Mailbox> open_mailbox() override;
  bool leave_together(std::chrono::milliseconds time) override;
  [[noreturn]] void abort(int exit_code) override;

  [[nodiscard]] MPI_Comm handle() const { return handle_; }

 private:
  MPI_Comm handle_;
  MPI_Comm leaving_ = MPI_COMM_NULL;  ///< for leave_together alone, so that it meets no other collective
  int rank_ = 0;
  int size_ = 1;
  int node_rank_ = 0;
  int node_size_ = 1;
};

}  // namespace shoal
