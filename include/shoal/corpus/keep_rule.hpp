// Which posts of a corpus stay: a job's [corpus] keep.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/data/post.hpp"

namespace shoal {

/// Numbers from `least` to `most`, both among them.
struct NumberRange {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] bool is_limited() const { return *this != NumberRange{}; }
  [[nodiscard]] bool holds(std::int64_t number) const { return least <= number && number <= most; }
  /// Of a count that is missing nobody knows: it is in no range that has limits.
  [[nodiscard]] bool holds(const Count& count) const {
    return !is_limited() || (count.known() && holds(count.value));
  }
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

struct KeepRule {
  bool images = true;
  bool videos = true;
  bool albums = true;
  std::int64_t min_tags = 0;
  NumberRange likes{};
  NumberRange comments{};
  NumberRange plays{};
  NumberRange taken_at{};  ///< seconds since 1970; a post without a time is in no range with limits
  std::vector<std::string> any_tags{};  ///< normalised; posts have one of these at least; empty: any will do
  std::vector<std::string> no_tags{};   ///< normalised; posts have none of these
  // Of its account, as the accounts of the whole corpus tell: judged when these are known.
  NumberRange followers{};
  NumberRange followees{};

  /// The rule that leaves a post out by what it holds itself, under the name that is counted; empty for one
  /// that stays.
  [[nodiscard]] std::string_view refusal(const Post& post) const;
  [[nodiscard]] bool admits(const Post& post) const { return refusal(post).empty(); }
};

}  // namespace shoal
