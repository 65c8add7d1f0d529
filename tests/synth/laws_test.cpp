// What is drawn follows the laws that are stated for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "shoal/base/random.hpp"
#include "synth/accounts.hpp"
#include "synth/distributions.hpp"
#include "synth/likes.hpp"

namespace shoal {
namespace {

/// How often each rank is drawn in so many draws.
std::map<std::int64_t, int> rank_counts(const ZipfLaw& law, int draws) {
  const RandomStream stream(11, "test/zipf");
  std::map<std::int64_t, int> counts;
  for (int i = 0; i < draws; ++i) {
    Dice dice(stream, i);
    ++counts[law.draw(dice)];
  }
  return counts;
}

TEST(ZipfLaw, GivesEachRankItsProbability) {
  constexpr int kDraws = 400'000;
  for (const double exponent : {1.05, 1.4, 3.0}) {
    for (const std::int64_t ranks : {1, 2, 7, 1'000}) {
      double all = 0.0;
      for (std::int64_t r = 1; r <= ranks; ++r) all += std::pow(static_cast<double>(r), -exponent);
      auto counts = rank_counts(ZipfLaw(exponent, ranks), kDraws);
      EXPECT_GE(counts.begin()->first, 1);
      EXPECT_LE(counts.rbegin()->first, ranks);
      for (const std::int64_t r : {1, 2, 3, 5, 7, 10, 100, 1'000}) {
        if (r > ranks) break;
        const double expected = kDraws * std::pow(static_cast<double>(r), -exponent) / all;
        EXPECT_NEAR(counts[r], expected, 5.0 * std::sqrt(expected) + 1.0)
            << exponent << " " << ranks << " " << r;
      }
    }
  }
}

/// What lies beyond a rank of a law without an end, by Euler and Maclaurin.
double tail(double exponent, double from) {
  return std::pow(from, 1.0 - exponent) / (exponent - 1.0) + 0.5 * std::pow(from, -exponent) +
         exponent / 12.0 * std::pow(from, -exponent - 1.0);
}

TEST(ZipfLaw, HasATailAsHeavyAsItsExponentSays) {
  constexpr int kDraws = 200'000;
  constexpr double kExponent = 1.2;
  constexpr std::int64_t kRanks = std::int64_t{1} << 40;
  const auto counts = rank_counts(ZipfLaw(kExponent, kRanks), kDraws);
  double head = 0.0;
  for (int r = 1; r < 10; ++r) head += std::pow(r, -kExponent);
  const double behind = tail(kExponent, static_cast<double>(kRanks));
  const double all = head + tail(kExponent, 10.0) - behind;
  for (const double from : {1e2, 1e4, 1e6, 1e9, 1e12}) {
    int drawn = 0;
    for (const auto& [rank, count] : counts) {
      if (static_cast<double>(rank) >= from) drawn += count;
    }
    const double expected = kDraws * (tail(kExponent, from) - behind) / all;
    EXPECT_NEAR(drawn, expected, 5.0 * std::sqrt(expected) + 1.0) << from;
  }
}

TEST(Normal, HasTheMomentsOfTheNormalLaw) {
  constexpr int kDraws = 200'000;
  const RandomStream stream(5, "test/normal");
  double sum = 0.0, squares = 0.0, fourths = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    Dice dice(stream, i);
    const double x = draw_normal(dice);
    sum += x;
    squares += x * x;
    fourths += x * x * x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 0.012);
  EXPECT_NEAR(squares / kDraws, 1.0, 0.016);
  EXPECT_NEAR(fourths / kDraws, 3.0, 0.12);
}

TEST(DeterministicPower, IsThePower) {
  for (const double base : {1e-9, 0.3, 1.0, 7.0, 1e12}) {
    for (const double exponent : {-3.0, -0.2, 0.0, 0.85, 5.0}) {
      const double expected = std::pow(base, exponent);
      EXPECT_NEAR(deterministic_power(base, exponent), expected, 1e-13 * expected) << base << " " << exponent;
    }
  }
}

TEST(Accounts, HaveFromOnePostToThousands) {
  SynthOptions options;
  options.posts = 2'000'000;
  const AccountMaker maker(options);
  std::vector<std::int64_t> sizes;
  std::int64_t next = 0;
  for (std::int64_t number = 0; number < maker.districts(); ++number) {
    const District district = maker.district(number);
    for (std::size_t account = 0; account < district.firsts.size(); ++account) {
      ASSERT_EQ(district.firsts[account], next) << "accounts follow each other without a gap";
      next = district.end_of(account);
      sizes.push_back(next - district.firsts[account]);
    }
  }
  EXPECT_EQ(next, options.posts);
  std::sort(sizes.begin(), sizes.end());
  EXPECT_EQ(sizes[sizes.size() / 3], 1);
  EXPECT_GT(sizes.back(), 2'000);
  // Zipf's law with an exponent of 1.8 has 0.62 % of its accounts at a hundred posts and more.
  const auto large = sizes.end() - std::lower_bound(sizes.begin(), sizes.end(), 100);
  EXPECT_NEAR(static_cast<double>(large) / static_cast<double>(sizes.size()), 0.0166, 0.002);
}

TEST(Accounts, OfSmallCorporaDoNotFillThem) {
  SynthOptions options;
  options.posts = 300;
  const District district = AccountMaker(options).district(0);
  EXPECT_GT(district.firsts.size(), 30U);
  for (std::size_t account = 0; account < district.firsts.size(); ++account)
    EXPECT_LE(district.end_of(account) - district.firsts[account], 30);
}

/// ln likes of made posts less what the law says of them without a constant and the power of followers, by
/// least squares over ln followers.
struct Fit {
  double constant = 0.0, power = 0.0, spread = 0.0;
};

Fit fit_likes(std::int64_t least_likes) {
  SynthOptions options;
  const AccountMaker accounts(options);
  const RandomStream draws(9, "test/likes");
  std::vector<double> xs, ys;
  for (std::int64_t number = 0; number < 60'000; ++number) {
    const MadeAccount account = accounts.account(number, 1);
    Dice dice(draws, number);
    const int group = dice.between(0, 7);
    const auto kind = static_cast<MediaKind>(dice.between(0, 2));
    const Likes likes = draw_likes(account, group, kind, dice);
    if (account.followers < 1'000 || likes.count < least_likes) continue;
    xs.push_back(std::log(static_cast<double>(account.followers)));
    ys.push_back(std::log(static_cast<double>(likes.count)) - likes_of_group(group) - likes_of_kind(kind));
  }
  const auto n = static_cast<double>(xs.size());
  double x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) x += xs[i] / n, y += ys[i] / n;
  for (std::size_t i = 0; i < xs.size(); ++i)
    xx += (xs[i] - x) * (xs[i] - x), xy += (xs[i] - x) * (ys[i] - y);
  Fit fit;
  fit.power = xy / xx;
  fit.constant = y - fit.power * x;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const double residual = ys[i] - fit.constant - fit.power * xs[i];
    fit.spread += residual * residual / n;
  }
  fit.spread = std::sqrt(fit.spread);
  return fit;
}

TEST(Likes, FollowAPowerOfFollowersWithTheEffectsThatAreStated) {
  const Fit fit = fit_likes(1);
  EXPECT_NEAR(fit.power, 0.85, 0.01);
  EXPECT_NEAR(fit.constant, -1.5, 0.1);
  EXPECT_NEAR(fit.spread, std::sqrt(0.4 * 0.4 + 0.6 * 0.6), 0.01);
}

TEST(Likes, AreOnAverageWhatIsExpectedOfTheirAccount) {
  SynthOptions options;
  const AccountMaker accounts(options);
  const RandomStream draws(9, "test/likes");
  double likes = 0.0, expected = 0.0;
  for (int post = 0; post < 40'000; ++post) {
    Dice dice(draws, post);
    MadeAccount account = accounts.account(3, 1);
    account.followers = 5'000;
    const Likes drawn = draw_likes(account, 5, MediaKind::album, dice);
    likes += static_cast<double>(drawn.count);
    expected += drawn.expected;
  }
  EXPECT_NEAR(likes / expected, 1.0, 0.02);
}

}  // namespace
}  // namespace shoal
