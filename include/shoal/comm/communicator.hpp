// The ranks of a job. There is no sum of floating-point numbers here on purpose: what crosses ranks is an
// integer, or its bits, so that no result depends on how many ranks there are (base/fixed_point.hpp).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace shoal {

class Mailbox;
using Bytes = std::vector<std::byte>;

/// How long a rank with an error waits for the others to have theirs (leave_together).
inline constexpr std::chrono::milliseconds kLeavingPatience{500};

/// Collective calls must be made by all ranks in the same order. Sizes may exceed 2^31.
class Communicator {
 public:
  virtual ~Communicator() = default;
  Communicator() = default;
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// This rank's number among those of its node, and how many those are.
  [[nodiscard]] virtual int node_rank() const = 0;
  [[nodiscard]] virtual int node_size() const = 0;

  virtual void barrier() = 0;
  /// Sums element by element, modulo 2^64; the result stands on all ranks. All ranks give equal sizes.
  virtual void allreduce_sum(std::span<std::int64_t> values) = 0;
  virtual void allreduce_max(std::span<double> values) = 0;
  virtual void allreduce_max(std::span<std::int64_t> values) = 0;
  virtual void allreduce_min(std::span<std::int64_t> values) = 0;
  /// root's bytes on all ranks; the sizes must agree beforehand.
  virtual void broadcast(std::span<std::byte> bytes, int root) = 0;
  /// What every rank gave, by rank, on all ranks.
  virtual std::vector<Bytes> all_gather(std::span<const std::byte> mine) = 0;
  /// What every rank gave, by rank, on root; empty elsewhere.
  virtual std::vector<Bytes> gather(std::span<const std::byte> mine, int root) = 0;
  /// outgoing[r] goes to rank r; returns what came, by sender.
  virtual std::vector<Bytes> all_to_all(std::vector<Bytes> outgoing) = 0;
  /// Waits for all ranks as barrier() does, but leaves the processor to those that still compute.
  virtual void wait_for_all() = 0;
  /// A way for letters of its own (comm/mailbox.hpp), open until all ranks have closed it.
  virtual std::unique_ptr<Mailbox> open_mailbox() = 0;
  /// For a rank that must leave because of an error: whether all ranks have come here within the time, so
  /// that they can leave in good order. Otherwise the others wait for this one somewhere else.
  virtual bool leave_together(std::chrono::milliseconds time) = 0;
  /// Ends the whole job at once.
  [[noreturn]] virtual void abort(int exit_code) = 0;

  // Conveniences over the calls above.
  [[nodiscard]] bool is_root() const { return rank() == 0; }
  std::int64_t sum(std::int64_t value);
  std::int64_t max(std::int64_t value);
  double max(double value);
  /// The sum of the values of the ranks before this one.
  std::int64_t exclusive_sum(std::int64_t value);
};

/// A communicator of one rank, for tests, laptops and commands that need no MPI.
std::unique_ptr<Communicator> make_single_rank();

}  // namespace shoal
