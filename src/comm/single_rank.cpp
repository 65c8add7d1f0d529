// A communicator that is nobody else: every collective is the identity.
#include <cstdlib>
#include <deque>
#include <utility>

#include "shoal/base/check.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/comm/mailbox.hpp"

namespace shoal {
namespace {

class OwnMailbox : public Mailbox {
 public:
  void send([[maybe_unused]] int to, std::span<const std::byte> bytes) override {
    SHOAL_EXPECT(to == 0);
    letters_.push_back({0, Bytes(bytes.begin(), bytes.end())});
  }
  std::optional<Letter> receive() override {
    if (letters_.empty()) return std::nullopt;
    Letter letter = std::move(letters_.front());
    letters_.pop_front();
    return letter;
  }

  void abandon() override {}

 private:
  std::deque<Letter> letters_;
};

class SingleRank : public Communicator {
 public:
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }
  [[nodiscard]] int node_rank() const override { return 0; }
  [[nodiscard]] int node_size() const override { return 1; }

  void barrier() override {}
  void allreduce_sum(std::span<std::int64_t>) override {}
  void allreduce_max(std::span<double>) override {}
  void allreduce_max(std::span<std::int64_t>) override {}
  void allreduce_min(std::span<std::int64_t>) override {}
  void broadcast(std::span<std::byte>, [[maybe_unused]] int root) override { SHOAL_EXPECT(root == 0); }
  std::vector<Bytes> all_gather(std::span<const std::byte> mine) override {
    return {Bytes(mine.begin(), mine.end())};
  }
  std::vector<Bytes> gather(std::span<const std::byte> mine, [[maybe_unused]] int root) override {
    SHOAL_EXPECT(root == 0);
    return all_gather(mine);
  }
  std::vector<Bytes> all_to_all(std::vector<Bytes> outgoing) override {
    SHOAL_EXPECT(outgoing.size() == 1);
    return outgoing;
  }
  void wait_for_all() override {}
  std::unique_ptr<Mailbox> open_mailbox() override { return std::make_unique<OwnMailbox>(); }
  bool leave_together(std::chrono::milliseconds) override { return true; }
  [[noreturn]] void abort(int exit_code) override { std::_Exit(exit_code); }
};

}  // namespace

std::unique_ptr<Communicator> make_single_rank() { return std::make_unique<SingleRank>(); }

}  // namespace shoal
