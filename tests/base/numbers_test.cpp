// Fixed-point sums and the functions that have the same bits everywhere.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shoal/base/deterministic_math.hpp"
#include "shoal/base/edit_distance.hpp"
#include "shoal/base/fixed_point.hpp"
#include "shoal/base/random.hpp"

namespace shoal {
namespace {

std::vector<double> made_values(std::size_t count) {
  const RandomStream stream(3, "test values");
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = stream.uniform(0, i) * 2.0 - 1.0;
  return values;
}

TEST(FixedPoint, SumsAreTheSameInAnyOrder) {
  const std::vector<double> values = made_values(10000);
  const FixedPoint scale = FixedPoint::for_sums_of(1.0, values.size());
  std::int64_t forward = 0;
  std::int64_t backward = 0;
  double naive_forward = 0;
  double naive_backward = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    forward += scale.encode(values[i]);
    backward += scale.encode(values[values.size() - 1 - i]);
    naive_forward += values[i];
    naive_backward += values[values.size() - 1 - i];
  }
  EXPECT_EQ(forward, backward);
  EXPECT_NE(naive_forward, naive_backward) << "the values are too tame to show anything";
  EXPECT_NEAR(scale.decode(forward), naive_forward, 1e-9);
}

TEST(FixedPoint, LargestSumsDoNotOverflow) {
  for (const double bound : {1e-300, 0.7, 1.0, 3.0, 1e300}) {
    for (const std::uint64_t count : {std::uint64_t{1}, std::uint64_t{1000}, std::uint64_t{1} << 40}) {
      const FixedPoint scale = FixedPoint::for_sums_of(bound, count);
      const double sum = bound * scale.scale() * static_cast<double>(count);
      EXPECT_LE(sum, 0x1p62) << bound << " x " << count;
      if (bound > 1e-200) {
        EXPECT_GT(sum, 0x1p59) << "bits are wasted";
      }
    }
  }
}

TEST(FixedPoint, RoundsHalfToEven) {
  const FixedPoint scale = FixedPoint::for_sums_of(0x1p61, 1);  // scale 2
  EXPECT_EQ(scale.encode(0.25), 0);
  EXPECT_EQ(scale.encode(0.75), 2);
}

TEST(DeterministicLog, AgreesWithTheLibraryToTwoUlp) {
  const RandomStream stream(5, "log");
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const double x = std::ldexp(0.5 + stream.uniform(0, i), static_cast<int>(stream.below(80, 1, i)) - 40);
    const double expected = std::log(x);
    EXPECT_LE(std::abs(deterministic_log(x) - expected), 4.5e-16 * std::max(std::abs(expected), 1e-3)) << x;
  }
  EXPECT_EQ(deterministic_log(1.0), 0.0);
}

TEST(DeterministicExp, AgreesWithTheLibraryToTwoUlp) {
  const RandomStream stream(5, "exp");
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const double x = -std::ldexp(stream.uniform(0, i), static_cast<int>(stream.below(20, 1, i)) - 10);
    const double expected = std::exp(x);
    EXPECT_LE(std::abs(deterministic_exp(x) - expected), 4.5e-16 * expected) << x;
  }
  EXPECT_EQ(deterministic_exp(0.0), 1.0);
  EXPECT_EQ(deterministic_exp(-1e300), 0.0);
}

TEST(NearestWord, FindsTheMisspeltOne) {
  const std::string_view words[] = {"min_df", "max_df", "max_features"};
  EXPECT_EQ(nearest_word("mindf", words), "min_df");
  EXPECT_EQ(nearest_word("max_feature", words), "max_features");
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Suggestion, NamesTheNearestWordOrAllWhereNoneIsNear) {
  const std::string_view words[] = {"check", "run", "clean"};
  EXPECT_EQ(suggestion_for("chekc", words), "did you mean 'check'?");
  EXPECT_EQ(suggestion_for("rnu", words), "did you mean 'run'?");
  EXPECT_EQ(suggestion_for("dance", words), "it may be check, run, clean");
  EXPECT_EQ(suggestion_for("go", words), "it may be check, run, clean") << "no letter of it would be left";
}

}  // namespace
}  // namespace shoal
