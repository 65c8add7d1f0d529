// The law that likes follow. It is stated in docs/start.md (Made corpora), so that what
// predicts likes can be judged by it.
#pragma once

#include <cstdint>

#include "dice.hpp"
#include "shoal/data/post.hpp"

namespace shoal {

struct MadeAccount;

struct Likes {
  std::int64_t count = 0;
  double expected = 0.0;  ///< the law's mean for this account, group and kind of post
};

/// What being of a group adds to the logarithm of likes: from -0.5 to 0.5.
double likes_of_group(int group);
/// What being of a kind adds.
double likes_of_kind(MediaKind kind);

/// An account's own addend: normal, with a standard deviation of 0.4.
double draw_engagement(Dice& dice);

/// ln likes = -1.5 + 0.85 ln followers + of the account + of the group + of the kind + 0.6 z, z normal.
Likes draw_likes(const MadeAccount& account, int group, MediaKind kind, Dice& dice);

}  // namespace shoal
