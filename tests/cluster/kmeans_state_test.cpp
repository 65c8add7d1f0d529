// What a checkpoint holds comes back whole, and a torn one is refused.
#include "kmeans_state.hpp"

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

TEST(KMeansState, ComesBackWhole) {
  const KMeansState state{3, 17, {1.5, -2.0}, {2, 40, 123456789012345, {0.25}}};
  const KMeansState back = unpack(pack(state));
  EXPECT_EQ(back.restart, 3);
  EXPECT_EQ(back.iteration, 17);
  EXPECT_EQ(back.centroids, state.centroids);
  EXPECT_EQ(back.best.restart, 2);
  EXPECT_EQ(back.best.iterations, 40);
  EXPECT_EQ(back.best.inertia, 123456789012345);
  EXPECT_EQ(back.best.centroids, state.best.centroids);
}

TEST(KMeansState, IsRefusedAtEveryShorterLength) {
  const auto bytes = pack({1, 2, {1.0, 2.0, 3.0}, {0, 1, 5, {4.0}}});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THROW(unpack(std::span(bytes).first(length)), FailureError) << length;
  }
}

}  // namespace
}  // namespace shoal
