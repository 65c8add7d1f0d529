// Pieces made at once are put down one after the other.
#include "synth/in_turn.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

namespace shoal {
namespace {

TEST(InTurn, PutsPiecesDownInTheirOrder) {
  std::vector<std::size_t> expected(200);
  std::iota(expected.begin(), expected.end(), std::size_t{0});
  for (const int threads : {1, 2, 5}) {
    std::vector<std::size_t> put;
    make_and_put_in_turn(200, threads, [&](std::size_t number) {
      // Those that come first take longest.
      std::this_thread::sleep_for(std::chrono::microseconds(number % 5 == 0 ? 500 : 0));
      return [&put, number] { put.push_back(number); };
    });
    EXPECT_EQ(put, expected) << threads;
  }
}

TEST(InTurn, HoldsNoMorePiecesThanThereAreThreads) {
  std::atomic<int> held{0};
  std::atomic<int> most{0};
  make_and_put_in_turn(300, 3, [&](std::size_t number) {
    const int now = ++held;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
    }
    // Whoever is faster waits for those.
    std::this_thread::sleep_for(std::chrono::microseconds(number % 20 == 0 ? 2'000 : 0));
    return [&held] { --held; };
  });
  EXPECT_LE(most, 3);
}

TEST(InTurn, EndsWithTheFirstErrorAndPutsNothingDownAfterIt) {
  for (const bool making : {true, false}) {
    std::vector<std::size_t> put;
    const auto run = [&] {
      make_and_put_in_turn(100, 4, [&](std::size_t number) {
        if (making && number == 20) throw std::runtime_error("no");
        return [&put, making, number] {
          if (!making && number == 20) throw std::runtime_error("no");
          put.push_back(number);
        };
      });
    };
    EXPECT_THROW(run(), std::runtime_error);
    EXPECT_LE(put.size(), 20U);
  }
}

}  // namespace
}  // namespace shoal
