// A communicator that counts what other ranks' data becomes here: what a rank is told of all others.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/mailbox.hpp"

namespace shoal::testing {

class CountingCommunicator : public Communicator {
 public:
  explicit CountingCommunicator(Communicator& of) : of_(of) {}

  /// Bytes of broadcasts, and of what gathering and exchanging brought, of other ranks and of this one.
  [[nodiscard]] std::int64_t received() const { return received_; }

  [[nodiscard]] int rank() const override { return of_.rank(); }
  [[nodiscard]] int size() const override { return of_.size(); }
  [[nodiscard]] int node_rank() const override { return of_.node_rank(); }
  [[nodiscard]] int node_size() const override { return of_.node_size(); }
  void barrier() override { of_.barrier(); }
  void allreduce_sum(std::span<std::int64_t> values) override { of_.allreduce_sum(values); }
  void allreduce_max(std::span<double> values) override { of_.allreduce_max(values); }
  void allreduce_max(std::span<std::int64_t> values) override { of_.allreduce_max(values); }
  void allreduce_min(std::span<std::int64_t> values) override { of_.allreduce_min(values); }
  void broadcast(std::span<std::byte> bytes, int root) override {
    received_ += std::ssize(bytes);
    of_.broadcast(bytes, root);
  }
  std::vector<Bytes> all_gather(std::span<const std::byte> mine) override {
    return counted(of_.all_gather(mine));
  }
  std::vector<Bytes> gather(std::span<const std::byte> mine, int root) override {
    return counted(of_.gather(mine, root));
  }
  std::vector<Bytes> all_to_all(std::vector<Bytes> outgoing) override {
    return counted(of_.all_to_all(std::move(outgoing)));
  }
  void wait_for_all() override { of_.wait_for_all(); }
  std::unique_ptr<Mailbox> open_mailbox() override { return of_.open_mailbox(); }
  bool leave_together(std::chrono::milliseconds time) override { return of_.leave_together(time); }
  void abort(int exit_code) override { of_.abort(exit_code); }

 private:
  std::vector<Bytes> counted(std::vector<Bytes> parts) {
    for (const Bytes& part : parts) received_ += std::ssize(part);
    return parts;
  }

  Communicator& of_;
  std::int64_t received_ = 0;
};

}  // namespace shoal::testing
