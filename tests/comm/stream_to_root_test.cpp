// Bytes of all ranks, seen by rank 0 in their order and in pieces.
#include "shoal/comm/stream_to_root.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/counted_memory.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

Bytes bytes_of_rank(int rank, std::size_t count) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<std::byte>(i * 31 + static_cast<std::size_t>(rank));
  return bytes;
}

void expect_all_by_rank(const std::vector<std::size_t>& counts) {
  const auto count_of = [&](int rank) { return counts[static_cast<std::size_t>(rank) % counts.size()]; };
  Bytes seen;
  std::size_t largest = 0;
  stream_to_root(world(), bytes_of_rank(world().rank(), count_of(world().rank())), [&](const Bytes& part) {
    seen.insert(seen.end(), part.begin(), part.end());
    largest = std::max(largest, part.size());
  });
  Bytes expected;
  for (int rank = 0; world().is_root() && rank < world().size(); ++rank) {
    const Bytes of_rank = bytes_of_rank(rank, count_of(rank));
    expected.insert(expected.end(), of_rank.begin(), of_rank.end());
  }
  EXPECT_TRUE(seen == expected);
  EXPECT_LE(largest, static_cast<std::size_t>(kStreamWindow));
}

TEST(StreamToRoot, ShowsTheBytesOfAllRanksInTheirOrder) {
  const auto window = static_cast<std::size_t>(kStreamWindow);
  expect_all_by_rank({0});
  expect_all_by_rank({3, 0, 5});
  expect_all_by_rank({window, 1, 2 * window + 7});
  expect_all_by_rank({0, window - 1});
}

TEST(StreamToRoot, TakesWindowsOfRankZeroHoweverMuchThereIs) {
  for (const std::size_t windows : {std::size_t{4}, std::size_t{16}}) {
    const Bytes mine(windows << 20U);
    const auto peak = testing::peak_of([&] { stream_to_root(world(), mine, [](const Bytes&) {}); });
    EXPECT_LE(peak, kStreamCopies * kStreamWindow + 10'000) << windows << " windows a rank";
  }
}

TEST(StreamToRoot, TellsAllRanksOfAnError) {
  const Bytes mine(10);
  EXPECT_THROW(stream_to_root(world(), mine, [](const Bytes&) { throw ResourceError("full"); }), Error);
}

}  // namespace
}  // namespace shoal
