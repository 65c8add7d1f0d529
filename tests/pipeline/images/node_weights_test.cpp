// Weights that real ranks of one node share.
#include "pipeline/images/node_weights.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shoal/base/error.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

/// Bytes that tell which rank wrote them.
void write_rank(std::span<std::byte> to) {
  std::ranges::fill(to, static_cast<std::byte>(world().rank() + 1));
}

TEST(NodeWeightsTest, OneRankOfANodeWritesWhatAllOfThemRead) {
  const auto memory = make_node_weight_memory(world());
  std::int64_t written = 0;
  const auto weights = memory->filled(100'003, [&](std::span<std::byte> to) {
    ++written;
    write_rank(to);
  });
  EXPECT_EQ(world().sum(written), world().sum(std::int64_t{world().node_rank() == 0}));
  EXPECT_EQ(weights.size(), 100'003U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(weights.data()) % 64, 0U);
  // All these ranks are of one node.
  EXPECT_TRUE(std::ranges::all_of(weights, [](std::byte b) { return b == std::byte{1}; }));
}

TEST(NodeWeightsTest, TwoNetworksOfARunHaveWeightsOfTheirOwn) {
  const auto first = make_node_weight_memory(world());
  const auto second = make_node_weight_memory(world());
  const auto ones = first->filled(64, [](std::span<std::byte> to) { std::ranges::fill(to, std::byte{1}); });
  const auto twos = second->filled(64, [](std::span<std::byte> to) { std::ranges::fill(to, std::byte{2}); });
  EXPECT_EQ(ones.front(), std::byte{1});
  EXPECT_EQ(twos.front(), std::byte{2});
}

TEST(NodeWeightsTest, WhatIsWrongWithTheWeightsReachesAllRanks) {
  const auto memory = make_node_weight_memory(world());
  try {
    memory->filled(64, [](std::span<std::byte>) { throw InputError("the weights are damaged"); });
    FAIL() << "an error was lost";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::input);
    EXPECT_STREQ(error.what(), "the weights are damaged");
  }
}

}  // namespace
}  // namespace shoal
