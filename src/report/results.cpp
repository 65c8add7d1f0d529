// From the results' arrays to groups with names, hashtags and photos.
#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Row i of a k x width array: its first `most` values. Nothing where the array has another number of rows.
template <class T>
std::vector<T> row_of(const UnsArray<T>& array, std::size_t i, std::size_t k, int most) {
  const std::size_t width = k == 0 ? 0 : array.values.size() / k;
  const std::size_t count = std::min(width, static_cast<std::size_t>(std::max(most, 0)));
  const auto begin = array.values.begin() + static_cast<std::ptrdiff_t>(i * width);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

/// Posts per label, where posts.h5ad has such labels.
std::vector<std::int64_t> posts_by_label(const H5adFile& posts, const std::string& name, std::size_t k) {
  const std::string codes = "obs/" + name + "/codes";
  if (!posts.has(codes)) return {};
  std::vector<std::int64_t> counts(k);
  const ArrayInfo array = posts.array(codes);
  // In pieces: one rank reads what all of them wrote.
  constexpr std::int64_t kPiece = std::int64_t{1} << 20;
  for (std::int64_t row = 0; row < posts.rows(); row += kPiece) {
    for (const std::int64_t code : posts.integer_rows(array, row, std::min(kPiece, posts.rows() - row))) {
      if (code >= 0 && code < static_cast<std::int64_t>(k)) ++counts[static_cast<std::size_t>(code)];
    }
  }
  return counts;
}

Group read_group(const UnsValue& facts, std::size_t i, std::size_t k, const ReportOptions& options) {
  Group group{.number = static_cast<std::int64_t>(i),
              .name = facts.texts("names").values[i],
              .size = facts.integers("sizes").values[i],
              .posts = {},
              .tags = row_of(facts.texts("top_tags"), i, k, options.top_tags),
              .photos = row_of(facts.integers("exemplars"), i, k, options.photos)};
  std::erase(group.tags, "");
  std::erase_if(group.photos, [](std::int64_t row) { return row < 0; });
  return group;
}

Clustering read_clustering(const H5adFile& posts, const std::string& name, const UnsValue& facts,
                           const ReportOptions& options) {
  Clustering clustering{name, facts, {}};
  const std::size_t k = facts.texts("names").values.size();
  if (facts.integers("sizes").values.size() != k) {
    throw InputError(
        fmt::format("The clustering '{}' in '{}' names {} groups, but has sizes for {}. Run the job "
                    "again",
                    name, posts.path().string(), k, facts.integers("sizes").values.size()));
  }
  for (std::size_t i = 0; i < k; ++i) clustering.groups.push_back(read_group(facts, i, k, options));
  if (facts.text("rows", "posts") == "images") {
    const auto counts = posts_by_label(posts, name, k);
    for (std::size_t i = 0; i < counts.size(); ++i) clustering.groups[i].posts = counts[i];
  }
  std::stable_sort(clustering.groups.begin(), clustering.groups.end(),
                   [](const Group& a, const Group& b) { return a.size > b.size; });
  return clustering;
}

/// What images.h5ad says about the photos that are shown.
std::map<std::int64_t, Photo> read_photos(const fs::path& path, const std::vector<Clustering>& clusterings) {
  std::map<std::int64_t, Photo> photos;
  const H5adFile images(path);
  const ArrayInfo width = images.array("obs/width");
  const ArrayInfo height = images.array("obs/height");
  const ArrayInfo posts = images.array("obs/posts");
  const auto value = [&](const ArrayInfo& array, std::int64_t row) {
    return images.integer_rows(array, row, 1).front();
  };
  for (const Clustering& clustering : clusterings) {
    for (const Group& group : clustering.groups) {
      for (const std::int64_t photo : group.photos) {
        if (photo >= images.rows()) continue;
        photos[photo] = {value(width, photo), value(height, photo), value(posts, photo)};
      }
    }
  }
  return photos;
}

}  // namespace

Results read_results(const fs::path& folder, const ReportOptions& options) {
  const H5adFile posts(folder / "posts.h5ad");
  Results results{.uns = posts.uns("uns/shoal"),
                  .posts = posts.rows(),
                  .clusterings = {},
                  .photos = {},
                  .thumbnails = {}};
  for (const auto& [name, facts] : results.uns.map("clusterings")) {
    results.clusterings.push_back(read_clustering(posts, name, facts, options));
  }
  // The map is in order of names; the job had its own.
  std::stable_sort(results.clusterings.begin(), results.clusterings.end(),
                   [](const Clustering& a, const Clustering& b) {
                     return a.facts.integer("position", 0) < b.facts.integer("position", 0);
                   });
  if (fs::exists(folder / "images.h5ad")) {
    results.photos = read_photos(folder / "images.h5ad", results.clusterings);
  }
  if (fs::exists(folder / "thumbnails.tar")) results.thumbnails.emplace(folder / "thumbnails.tar");
  return results;
}

}  // namespace shoal
