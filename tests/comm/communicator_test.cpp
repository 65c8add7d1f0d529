// Every collective, on one rank and on several, and the communicator of one rank beside it.
#include "shoal/comm/communicator.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shoal/base/error.hpp"
#include "shoal/comm/exact_sums.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

Bytes bytes_of(const std::string& text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

/// Different for every pair, also in length; empty for some.
Bytes message(int from, int to) {
  return bytes_of(
      std::string(static_cast<std::size_t>((from * 7 + to * 3) % 5) * 1000, static_cast<char>('a' + from)));
}

class EachCommunicator : public ::testing::TestWithParam<bool> {
 protected:
  Communicator& comm() { return GetParam() ? world() : *single_; }

 private:
  std::unique_ptr<Communicator> single_ = make_single_rank();
};

TEST_P(EachCommunicator, ReducesElementByElement) {
  const std::int64_t rank = comm().rank();
  const std::int64_t size = comm().size();
  std::vector<std::int64_t> sums{rank, 1, -rank};
  comm().allreduce_sum(sums);
  EXPECT_EQ(sums, (std::vector<std::int64_t>{size * (size - 1) / 2, size, -size * (size - 1) / 2}));
  EXPECT_EQ(comm().max(rank), size - 1);
  EXPECT_EQ(comm().max(static_cast<double>(rank) + 0.5), static_cast<double>(size) - 0.5);
  std::vector<std::int64_t> low{rank + 4};
  comm().allreduce_min(low);
  EXPECT_EQ(low[0], 4);
  EXPECT_EQ(comm().exclusive_sum(rank + 1), rank * (rank + 1) / 2);
}

TEST_P(EachCommunicator, GathersByRankAlsoNothing) {
  const Bytes mine = message(comm().rank(), 0);
  const auto everywhere = comm().all_gather(mine);
  ASSERT_EQ(everywhere.size(), static_cast<std::size_t>(comm().size()));
  for (int r = 0; r < comm().size(); ++r) EXPECT_EQ(everywhere[static_cast<std::size_t>(r)], message(r, 0));
  const int root = comm().size() - 1;
  const auto gathered = comm().gather(mine, root);
  EXPECT_EQ(gathered.size(), comm().rank() == root ? everywhere.size() : 0u);
  if (comm().rank() == root) EXPECT_EQ(gathered, everywhere);
}

TEST_P(EachCommunicator, ExchangesDifferentMessagesWithEachRank) {
  std::vector<Bytes> outgoing;
  for (int to = 0; to < comm().size(); ++to) outgoing.push_back(message(comm().rank(), to));
  const auto incoming = comm().all_to_all(outgoing);
  ASSERT_EQ(incoming.size(), outgoing.size());
  for (int from = 0; from < comm().size(); ++from) {
    EXPECT_EQ(incoming[static_cast<std::size_t>(from)], message(from, comm().rank()));
  }
}

TEST_P(EachCommunicator, BroadcastsFromAnyRoot) {
  for (int root = 0; root < comm().size(); ++root) {
    Bytes bytes(5, static_cast<std::byte>(comm().rank()));
    comm().broadcast(bytes, root);
    EXPECT_EQ(bytes, Bytes(5, static_cast<std::byte>(root)));
  }
}

INSTANTIATE_TEST_SUITE_P(WorldAndSingle, EachCommunicator, ::testing::Values(true, false));

TEST(ExactSums, AreThoseOfOneRank) {
  // Row i holds 1 / (i + 1); ranks take rows in turn.
  std::vector<double> mine;
  std::vector<double> all;
  for (int i = 0; i < 1000; ++i) {
    all.push_back(1.0 / (i + 1) - 0.3);
    if (i % world().size() == world().rank()) mine.push_back(all.back());
  }
  const auto single = make_single_rank();
  const FixedPoint scale = agree_on_scale(world(), mine.empty() ? 0.0 : 0.7, 1000);
  const double expected = exact_sum(*single, FixedPoint::for_sums_of(0.7, 1000), all);
  EXPECT_EQ(exact_sum(world(), scale, mine), expected);
}

TEST(ExactSums, RefuseWhatIsNotANumber) {
  EXPECT_THROW(agree_on_scale(world(), world().rank() == 0 ? std::nan("") : 1.0, 10), FailureError);
}

}  // namespace
}  // namespace shoal
