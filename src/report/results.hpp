// What the report shows, read from the results.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shoal/base/tar.hpp"
#include "shoal/report/report.hpp"
#include "shoal/report/shown_groups.hpp"
#include "shoal/store/uns_value.hpp"

namespace shoal {

struct GroupView {
  std::int64_t number = 0;  ///< its code in the labels
  std::string name;
  std::int64_t size = 0;              ///< rows; 0 is possible
  std::optional<std::int64_t> posts;  ///< posts that carry the label, where the rows are something else
  std::vector<std::string> tags;      ///< most telling first
  std::vector<std::int64_t> photos;   ///< rows of images.h5ad, most typical first; none of smaller groups
};

/// A grouping by any method: what can be said of all of them. What one method alone says stays in `facts`.
struct GroupingView {
  std::string name;
  std::string method;  ///< as the results name it: "kmeans"
  std::string rows;    ///< the table whose rows are grouped: "posts", "images" or another
  /// Its entry under uns/shoal/clusterings. `of` names the feature set; `of_kind` ("tfidf"), if it is there,
  /// the set's kind. For a method without a row in methods.cpp the report shows facts/terms with facts/values
  /// (texts, as many of one as of the other), and the texts of `sentences`.
  UnsValue facts;
  std::vector<GroupView> groups;  ///< largest first; of equal size in order of their numbers
  std::int64_t labelled = 0;      ///< rows that are in a group
  std::optional<std::int64_t> unlabelled;
  double largest_share = 0;  ///< of the labelled rows, in the largest group
};

struct Photo {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t posts = 0;
};

struct Results {
  UnsValue uns;  ///< uns/shoal of posts.h5ad
  std::int64_t posts = 0;
  std::vector<GroupingView> groupings;   ///< in the order of the job
  std::map<std::int64_t, Photo> photos;  ///< those that a group shows, by row of images.h5ad
  std::optional<TarReader> thumbnails;
};

/// Throws InputError where posts.h5ad is missing or damaged, or its tables do not fit together.
Results read_results(const std::filesystem::path& folder, const ReportOptions& options);

}  // namespace shoal
