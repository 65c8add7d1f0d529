// Log-normal likes around a power of the number of followers, as those of real accounts are.
#include "likes.hpp"

#include <algorithm>

#include "accounts.hpp"
#include "distributions.hpp"
#include "shoal/base/deterministic_math.hpp"

namespace shoal {
namespace {

constexpr double kIntercept = -1.5;
constexpr double kPowerOfFollowers = 0.85;
constexpr double kSpreadOfAccounts = 0.4;
constexpr double kSpreadOfPosts = 0.6;
constexpr double kMostLikes = 1e12;

}  // namespace

double likes_of_group(int group) { return static_cast<double>(group * 5 % 9 - 4) / 8.0; }

double likes_of_kind(MediaKind kind) {
  switch (kind) {
    case MediaKind::album:
      return 0.3;
    case MediaKind::video:
      return -0.2;
    default:
      return 0.0;
  }
}

double draw_engagement(Dice& dice) { return kSpreadOfAccounts * draw_normal(dice); }

Likes draw_likes(const MadeAccount& account, int group, MediaKind kind, Dice& dice) {
  const double mean = kIntercept +
                      kPowerOfFollowers * deterministic_log(static_cast<double>(account.followers)) +
                      account.engagement + likes_of_group(group) + likes_of_kind(kind);
  const double likes = deterministic_exp_of(mean + kSpreadOfPosts * draw_normal(dice));
  Likes made;
  made.count = static_cast<std::int64_t>(std::min(likes, kMostLikes) + 0.5);
  made.expected = deterministic_exp_of(mean + kSpreadOfPosts * kSpreadOfPosts / 2.0);
  return made;
}

}  // namespace shoal
