// Groups of a table's rows, whichever method found them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "shoal/cluster/groups.hpp"
#include "shoal/store/uns_value.hpp"

namespace shoal {

/// How strongly each row belongs to its group.
struct Strength {
  std::vector<double> values;  ///< of this rank's rows; the least is the most typical row of its group
  /// As the column shows it, where that is not the value itself.
  std::function<float(double)> shown{};
};

/// Centres of groups in the columns of the feature set, the same on all ranks: groups x columns, row-major.
struct Centroids {
  std::int64_t columns = 0;
  std::vector<double> values;
};

/// What a method returns. Groups are numbered from 0.
struct Grouping {
  std::vector<std::int32_t> labels;  ///< of this rank's rows; -1 for a row that belongs to no group
  std::optional<Strength> strength;
  std::vector<std::int64_t> sizes;     ///< rows of each group over all ranks
  UnsValue facts;                      ///< the method's own settings and counts, by name
  std::vector<std::string> sentences;  ///< what a reader should know of them
  std::optional<Centroids> centroids;

  [[nodiscard]] std::int64_t groups() const { return static_cast<std::int64_t>(sizes.size()); }
  /// Rows of all ranks that belong to a group.
  [[nodiscard]] std::int64_t labelled() const;
};

/// Numbers the groups by falling size, ties by their old number: as results have them.
void order_by_size(Grouping& grouping);

/// A grouping with its place in the job, and what its groups are about.
struct DescribedGrouping {
  std::string name;
  std::string of;     ///< the feature set
  std::string table;  ///< whose rows are grouped
  std::string method;
  Grouping grouping;
  std::vector<std::int32_t> post_labels;  ///< of this rank's posts, where the rows are not posts; else empty
  std::vector<std::string> names;         ///< of groups
  std::vector<std::vector<LeadingColumn>> leading;      ///< columns of the naming set, of each group
  std::vector<std::vector<std::string>> leading_names;  ///< of these columns
  std::vector<std::vector<std::int64_t>> exemplars;     ///< image rows nearest to the centre of each group

  [[nodiscard]] const std::vector<std::int32_t>& labels_of_posts() const {
    return table == "posts" ? grouping.labels : post_labels;
  }
};

}  // namespace shoal
