// Tiles handed out among real ranks. Waiting stands in place of computing, so that no processor is short.
#include "pipeline/tiles/exchange.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "shoal/comm/objects.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Bytes name_of(std::int64_t tile) { return serialize_object(std::pair(world().rank(), tile)); }

/// Takes tiles until none is left, each for `time`; returns home and index of each.
std::vector<std::pair<int, std::int64_t>> take_all(TileExchange& exchange, milliseconds time) {
  std::vector<std::pair<int, std::int64_t>> taken;
  while (const auto tile = exchange.next()) {
    std::this_thread::sleep_for(time);
    taken.push_back(deserialize_object<std::pair<int, std::int64_t>>(*tile));
    exchange.finished();
  }
  return taken;
}

TEST(TileExchangeTest, EveryTileIsTakenOnceWhereverItIsAtHome) {
  const std::int64_t mine = world().is_root() ? 40 : 3;
  TileExchange exchange(world(), mine, 1, name_of);
  EXPECT_EQ(exchange.tiles(), 40 + 3 * (world().size() - 1));
  auto taken = take_all(exchange, milliseconds(1));
  exchange.close();
  std::vector<std::pair<int, std::int64_t>> all;
  for (auto& part : all_gather_objects(world(), taken)) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  std::vector<std::pair<int, std::int64_t>> expected;
  for (int rank = 0; rank < world().size(); ++rank) {
    for (std::int64_t tile = 0; tile < (rank == 0 ? 40 : 3); ++tile) expected.emplace_back(rank, tile);
  }
  EXPECT_EQ(all, expected);
}

TEST(TileExchangeTest, RankZeroSeesWhoFinishedWhat) {
  std::int64_t seen = 0;
  TileExchange exchange(world(), 10, 1, name_of, [&](const std::vector<std::int64_t>& finished_by) {
    seen = 0;
    for (const std::int64_t count : finished_by) seen += count;
  });
  take_all(exchange, milliseconds(1));
  exchange.close();
  EXPECT_EQ(seen, world().is_root() ? 10 * world().size() : 0);
}

TEST(TileExchangeTest, ARankThatCancelsWaitsForNoFurtherTile) {
  TileExchange exchange(world(), 4, 1, name_of);
  // It holds one and asks for more without finishing it, until it would have to wait.
  std::jthread impatient([&] {
    std::this_thread::sleep_for(milliseconds(100));
    exchange.cancel();
  });
  int taken = 0;
  while (exchange.next()) ++taken;
  EXPECT_LE(taken, 4 * world().size());
  exchange.close();
}

/// Seconds until all ranks have no tile left.
double seconds_of_stage(milliseconds mine, std::int64_t tiles) {
  TileExchange exchange(world(), tiles, 1, name_of);
  world().wait_for_all();
  const auto start = Clock::now();
  take_all(exchange, mine);
  exchange.close();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

TEST(TileExchangeTest, ARankFourTimesAsSlowCostsAtMostAQuarterOfTheTime) {
  if (world().size() < 8) GTEST_SKIP() << "a slow rank among eight needs eight ranks";
  constexpr milliseconds kTile{20};
  constexpr std::int64_t kTiles = 60;
  const double even = seconds_of_stage(kTile, kTiles);
  const double uneven = seconds_of_stage(world().rank() == 3 ? 4 * kTile : kTile, kTiles);
  if (world().is_root()) {
    std::printf("one rank of 8 four times as slow: %.2f times as long\n", uneven / even);
    EXPECT_LE(uneven / even, 1.25);
  }
}

}  // namespace
}  // namespace shoal
