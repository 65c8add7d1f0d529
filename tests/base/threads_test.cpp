// Pieces of work: each once, errors rethrown.
#include "shoal/base/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace shoal {
namespace {

TEST(ParallelFor, DoesEachPieceOnce) {
  for (const int threads : {1, 2, 5}) {
    std::vector<std::atomic<int>> done(1000);
    parallel_for(done.size(), threads, [&](std::size_t i) { ++done[i]; });
    for (const auto& count : done) EXPECT_EQ(count, 1);
  }
}

TEST(ParallelFor, WorkerRunsOnePieceAtATime) {
  std::vector<std::atomic<int>> busy(3);
  std::atomic<bool> clash{false};
  parallel_for_workers(500, 3, [&](std::size_t, int worker) {
    if (busy[static_cast<std::size_t>(worker)]++ != 0) clash = true;
    --busy[static_cast<std::size_t>(worker)];
  });
  EXPECT_FALSE(clash);
}

TEST(ParallelFor, RethrowsTheErrorAndBeginsNoMore) {
  std::atomic<int> begun{0};
  EXPECT_THROW(parallel_for(100000, 2,
                            [&](std::size_t) {
                              ++begun;
                              throw std::runtime_error("no");
                            }),
               std::runtime_error);
  EXPECT_LT(begun, 10);
}

}  // namespace
}  // namespace shoal
