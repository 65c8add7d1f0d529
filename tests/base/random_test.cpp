// Philox against the published vectors; streams keyed by purpose.
#include "shoal/base/random.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

using Words = std::array<std::uint32_t, 4>;

// Known answers distributed with Random123 for philox4x32-10.
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, DependsOnSeedPurposeRoundAndIndex) {
  const RandomStream stream(1, "a");
  EXPECT_EQ(stream.bits(2, 3), RandomStream(1, "a").bits(2, 3));
  EXPECT_NE(stream.bits(2, 3), RandomStream(2, "a").bits(2, 3));
  EXPECT_NE(stream.bits(2, 3), RandomStream(1, "b").bits(2, 3));
  EXPECT_NE(stream.bits(2, 3), stream.bits(3, 2));
}

TEST(RandomStream, StaysBelowItsBoundAndReachesBothEnds) {
  const RandomStream stream(7, "bounds");
  bool low = false;
  bool high = false;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::uint64_t value = stream.below(5, 0, i);
    ASSERT_LT(value, 5u);
    low |= value == 0;
    high |= value == 4;
    const double u = stream.uniform(1, i);
    ASSERT_TRUE(u >= 0.0 && u < 1.0);
  }
  EXPECT_TRUE(low && high);
}

}  // namespace
}  // namespace shoal
