// Accounts that were asked for, where posts of others mention them.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/traced_results.hpp"
#include "shoal/data/post.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// Of one rank's posts. It keeps what was asked for, and no other mention.
class MentionTracer {
 public:
  explicit MentionTracer(const AskedIds& asked) : asked_(asked) {}
  void post(const Unit& unit, std::int64_t record, const Post& post);
  /// Those of all ranks: how many posts, and the first by path and record. Collective.
  [[nodiscard]] std::vector<FoundName> found_by_all(Communicator& comm) const;

 private:
  struct Found {
    std::int64_t posts = 0;
    std::pair<std::string, std::int64_t> first;  ///< path and record

    void add(const Found& other);
    template <class Archive>
    void serialize(Archive& archive, unsigned) {
      archive& posts& first.first& first.second;
    }
  };
  using Table =
      std::map<std::pair<std::string, std::string>, Found>;  ///< by id that was asked for, and handle

  const AskedIds& asked_;
  Table found_;
};

}  // namespace shoal
