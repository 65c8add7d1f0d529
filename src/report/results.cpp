// From the results' arrays to groups with names, hashtags and photos.
#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Row i of a k x width array: its first `most` values. Nothing where the array has another number of rows.
template <class T>
std::vector<T> row_of(const UnsArray<T>& array, std::size_t i, std::size_t k, int most) {
  if (array.shape.size() != 2 || array.shape[0] != static_cast<std::int64_t>(k)) return {};
  const auto width = static_cast<std::size_t>(array.shape[1]);
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

void check_lengths(const H5adFile& posts, const std::string& name, const UnsValue& facts) {
  const std::size_t k = facts.texts("names").values.size();
  if (facts.integers("sizes").values.size() != k) {
    throw InputError(
        fmt::format("The clustering '{}' in '{}' names {} groups, but has sizes for {}. Run the job "
                    "again",
                    name, posts.path().string(), k, facts.integers("sizes").values.size()));
  }
  const std::size_t terms = facts.texts("facts/terms").values.size();
  if (facts.texts("facts/values").values.size() != terms) {
    throw InputError(
        fmt::format("The clustering '{}' in '{}' has {} facts, but values for {}. Run the job again", name,
                    posts.path().string(), terms, facts.texts("facts/values").values.size()));
  }
}

std::vector<GroupView> read_groups(const UnsValue& facts, const ReportOptions& options) {
  const UnsArray<std::string> names = facts.texts("names");
  const UnsArray<std::int64_t> sizes = facts.integers("sizes");
  const UnsArray<std::string> tags = facts.texts("top_tags");
  const UnsArray<std::int64_t> photos = facts.integers("exemplars");
  const std::size_t k = names.values.size();
  std::vector<GroupView> groups;
  for (std::size_t i = 0; i < k; ++i) {
    GroupView& group = groups.emplace_back();
    group.number = static_cast<std::int64_t>(i);
    group.name = names.values[i];
    group.size = sizes.values[i];
    group.tags = row_of(tags, i, k, options.top_tags);
    group.photos = row_of(photos, i, k, options.photos);
    std::erase(group.tags, "");
    std::erase_if(group.photos, [](std::int64_t row) { return row < 0; });
  }
  return groups;
}

/// The counts of all groups together, from the sizes where the results do not tell them. groups: largest
/// first.
void read_counts(GroupingView& grouping) {
  const UnsValue& facts = grouping.facts;
  std::int64_t sum = 0;
  for (const GroupView& group : grouping.groups) sum += group.size;
  grouping.labelled = facts.integer("labelled", sum);
  if (facts.find("unlabelled") != nullptr) grouping.unlabelled = facts.integer("unlabelled", 0);
  const double largest = sum == 0 ? 0.0 : static_cast<double>(grouping.groups.front().size);
  grouping.largest_share = facts.number("largest_share", sum == 0 ? 0.0 : largest / static_cast<double>(sum));
}

GroupingView read_grouping(const H5adFile& posts, const std::string& name, const UnsValue& facts,
                           const ReportOptions& options) {
  check_lengths(posts, name, facts);
  GroupingView grouping;
  grouping.name = name;
  grouping.method = facts.text("method", "unknown");
  grouping.rows = facts.text("rows", "posts");
  grouping.facts = facts;
  grouping.groups = read_groups(facts, options);
  if (grouping.rows != "posts") {
    const auto counts = posts_by_label(posts, name, grouping.groups.size());
    for (std::size_t i = 0; i < counts.size(); ++i) grouping.groups[i].posts = counts[i];
  }
  std::stable_sort(grouping.groups.begin(), grouping.groups.end(),
                   [](const GroupView& a, const GroupView& b) { return a.size > b.size; });
  for (std::size_t i = kGroupsWithPhotos; i < grouping.groups.size(); ++i) grouping.groups[i].photos.clear();
  read_counts(grouping);
  return grouping;
}

std::vector<GroupingView> read_groupings(const H5adFile& posts, const UnsValue& uns,
                                         const ReportOptions& options) {
  std::vector<GroupingView> groupings;
  for (const auto& [name, facts] : uns.map("clusterings")) {
    groupings.push_back(read_grouping(posts, name, facts, options));
  }
  // The map is in order of names; the job had its own.
  std::stable_sort(groupings.begin(), groupings.end(), [](const GroupingView& a, const GroupingView& b) {
    return a.facts.integer("position", 0) < b.facts.integer("position", 0);
  });
  return groupings;
}

/// What images.h5ad says about the photos that are shown.
std::map<std::int64_t, Photo> read_photos(const fs::path& path, const std::vector<GroupingView>& groupings) {
  std::map<std::int64_t, Photo> photos;
  const H5adFile images(path);
  const ArrayInfo width = images.array("obs/width");
  const ArrayInfo height = images.array("obs/height");
  const ArrayInfo posts = images.array("obs/posts");
  const auto value = [&](const ArrayInfo& array, std::int64_t row) {
    return images.integer_rows(array, row, 1).front();
  };
  for (const GroupingView& grouping : groupings) {
    for (const GroupView& group : grouping.groups) {
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
  Results results{
      .uns = posts.uns("uns/shoal"), .posts = posts.rows(), .groupings = {}, .photos = {}, .thumbnails = {}};
  results.groupings = read_groupings(posts, results.uns, options);
  if (own_file_exists(folder / "images.h5ad")) {
    results.photos = read_photos(folder / "images.h5ad", results.groupings);
  }
  if (own_file_exists(folder / "thumbnails.tar")) results.thumbnails.emplace(folder / "thumbnails.tar");
  return results;
}

}  // namespace shoal
