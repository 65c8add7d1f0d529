// An account as an input format tells of it: who wrote posts, once for all of them.
#pragma once

#include <string>

#include "shoal/data/post.hpp"

namespace shoal {

struct Account {
  std::string key;           ///< what Post::creator of its posts holds; never empty
  std::string username;      ///< the handle, in lower case; empty where the source has none
  std::string display_name;  ///< as the account calls itself, not unique; empty where the source has none
  Count followers;           ///< when collected, as the two below
  Count followees;           ///< how many accounts it follows
  Count posts;               ///< how many it had, also those that the source does not hold
  std::string id{};          ///< the platform's number of it; empty where the source has none

  [[nodiscard]] bool has_counts() const { return followers.known() || followees.known() || posts.known(); }
};

}  // namespace shoal
