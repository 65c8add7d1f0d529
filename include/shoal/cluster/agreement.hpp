// How far two groupings of the same items agree.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

namespace shoal {

/// How many items lie in group a of one grouping and in group b of the other.
class ContingencyTable {
 public:
  void add(std::int64_t a, std::int64_t b, std::int64_t items = 1);

  [[nodiscard]] std::int64_t items() const { return items_; }
  /// Hubert and Arabie's adjusted Rand index: 1 where the groupings are the same but for the numbers of their
  /// groups, about 0 where they have no more to do with each other than chance gives. By counts of pairs, as
  /// scikit-learn's adjusted_rand_score; 1 where there is nothing to tell apart. Exact up to 3e9 items.
  [[nodiscard]] double adjusted_rand_index() const;

 private:
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> cells_;
  std::map<std::int64_t, std::int64_t> rows_;
  std::map<std::int64_t, std::int64_t> columns_;
  std::int64_t items_ = 0;
};

}  // namespace shoal
