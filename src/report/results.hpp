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
#include "shoal/store/uns_value.hpp"

namespace shoal {

struct Group {
  std::int64_t number = 0;  ///< its code in the labels
  std::string name;
  std::int64_t size = 0;              ///< rows
  std::optional<std::int64_t> posts;  ///< posts that carry the label, where the rows are images
  std::vector<std::string> tags;      ///< most telling first
  std::vector<std::int64_t> photos;   ///< rows of images, nearest to the centroid first
};

struct Clustering {
  std::string name;
  UnsValue facts;             ///< its entry under uns/shoal/clusterings
  std::vector<Group> groups;  ///< largest first; of equal size in order of their numbers
};

struct Photo {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t posts = 0;
};

struct Results {
  UnsValue uns;  ///< uns/shoal of posts.h5ad
  std::int64_t posts = 0;
  std::vector<Clustering> clusterings;   ///< by name
  std::map<std::int64_t, Photo> photos;  ///< those that a group shows, by row of images.h5ad
  std::optional<TarReader> thumbnails;
};

/// Throws InputError where posts.h5ad is missing or damaged, or its tables do not fit together.
Results read_results(const std::filesystem::path& folder, const ReportOptions& options);

}  // namespace shoal
