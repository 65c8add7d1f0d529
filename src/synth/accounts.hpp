// Who posts: accounts of one post to thousands, of few followers to millions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "distributions.hpp"
#include "shoal/base/random.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal {

struct MadeAccount {
  std::int64_t first = 0;  ///< number of its first post, which is also the account's own
  std::int64_t posts = 0;
  std::string name;
  std::string full_name;
  std::uint64_t id = 0;  ///< as the platform numbers accounts
  int home_group = 0;    ///< what this account mostly posts about
  int language = -1;     ///< of its captions: a place in other_languages(), or -1 for English
  bool verified = false;
  std::int64_t followers = 0;
  std::int64_t following = 0;
  double engagement = 0.0;  ///< its own addend to the logarithm of likes (likes.hpp)
};

/// Consecutive posts that whole accounts made: what is to be known to tell whose a post is.
struct District {
  std::vector<std::int64_t> firsts;  ///< the accounts' first posts, ascending
  std::int64_t end = 0;              ///< behind the last account's last post

  /// Place in `firsts` of the account that made a post of this district.
  [[nodiscard]] std::size_t account_of(std::int64_t post) const;
  /// Behind the last post of the account at a place.
  [[nodiscard]] std::int64_t end_of(std::size_t account) const;
};

/// Each district and each account follows from the options and its number alone.
class AccountMaker {
 public:
  static constexpr std::int64_t kDistrictPosts = 16'384;

  explicit AccountMaker(const SynthOptions& options);

  [[nodiscard]] std::int64_t districts() const;
  [[nodiscard]] District district(std::int64_t number) const;
  /// first, posts: as a district has them.
  [[nodiscard]] MadeAccount account(std::int64_t first, std::int64_t posts) const;
  [[nodiscard]] std::string name(std::int64_t first) const;
  [[nodiscard]] std::uint64_t id(std::int64_t first) const;

 private:
  SynthOptions options_;
  ZipfLaw posts_law_;
  RandomStream size_draws_;
  RandomStream name_draws_;
  RandomStream account_draws_;
  std::uint64_t id_offset_;
};

}  // namespace shoal
