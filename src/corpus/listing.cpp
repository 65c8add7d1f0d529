// Patterns, then folders, then each file once: by all ranks, each of which ends with its own share.
#include "shoal/corpus/listing.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "folder_search.hpp"
#include "named_paths.hpp"
#include "photo_posts.hpp"
#include "range_units.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

using IdentifiedUnit = std::pair<std::string, Unit>;

/// Two patterns, or two ways to one folder, may lead to one file: it is one unit, under the shorter of its
/// relative paths, then the lower one. Each rank gets the units that it owns by hash. Collective.
std::vector<Unit> units_once(Communicator& comm, std::vector<FoundUnit> found) {
  std::vector<std::vector<IdentifiedUnit>> to_owners(static_cast<std::size_t>(comm.size()));
  for (FoundUnit& unit : found) {
    std::string identity = unit.identity();
    const std::size_t owner = hash_bits(identity) % to_owners.size();
    to_owners[owner].emplace_back(std::move(identity), std::move(unit.unit));
    unit = {};
  }
  found = {};
  std::vector<IdentifiedUnit> mine;
  for (auto& part : all_to_all_objects(comm, std::move(to_owners)))
    std::move(part.begin(), part.end(), std::back_inserter(mine));
  std::ranges::sort(mine, [](const IdentifiedUnit& a, const IdentifiedUnit& b) {
    const auto key = [](const IdentifiedUnit& unit) {
      return std::make_tuple(std::cref(unit.first), unit.second.relative.size(),
                             std::cref(unit.second.relative), std::cref(unit.second.path));
    };
    return key(a) < key(b);
  });
  std::vector<Unit> units;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (i == 0 || mine[i].first != mine[i - 1].first) units.push_back(std::move(mine[i].second));
  }
  return units;
}

/// Collective.
std::vector<Unit> numbered_ranges(Communicator& comm, std::vector<Unit> files,
                                  std::span<const PostReader> readers, std::int64_t range_bytes) {
  std::sort(files.begin(), files.end(), [](const Unit& a, const Unit& b) {
    return std::tie(a.relative, a.path) < std::tie(b.relative, b.path);
  });
  std::vector<Unit> units;
  on_all(comm, [&] {
    for (Unit& file : files) cut_into_ranges(std::move(file), readers, range_bytes, units);
  });
  std::int64_t number = comm.exclusive_sum(std::ssize(units));
  for (Unit& unit : units) unit.number = number++;
  return units;
}

/// Adds the photos in the folders that the job names, where these hold nothing that a format knows.
/// Collective.
void add_photos_alone(Communicator& comm, const NamedPaths& named, std::span<const PostReader> readers,
                      SearchedFolders& found) {
  const std::span<const PostReader> photos = photo_readers(readers);
  if (photos.empty() || comm.sum(std::ssize(named.folders)) == 0) return;
  std::int64_t others = 0;
  on_all(comm, [&] {
    const auto is_other = [&](const FoundUnit& unit) {
      return patiently([&] { return is_of_a_format(unit.unit, readers); });
    };
    others = std::ranges::any_of(found.units, is_other) || std::ranges::any_of(named.units, is_other) ? 1 : 0;
  });
  if (comm.sum(others) > 0) return;
  SearchedFolders more = FolderSearch(comm, named.roots, photos).search(named.folders);
  found.ignored_files -= std::ssize(more.units);
  std::move(more.units.begin(), more.units.end(), std::back_inserter(found.units));
}

}  // namespace

Listing list_units(Communicator& comm, const std::vector<PathPattern>& patterns,
                   std::span<const PostReader> readers, std::int64_t range_bytes) {
  NamedPaths named = follow_patterns(comm, patterns, readers);
  FolderSearch search(comm, named.roots, readers);
  SearchedFolders found = search.search(named.folders);
  add_photos_alone(comm, named, readers, found);
  named.folders = {};
  std::move(named.units.begin(), named.units.end(), std::back_inserter(found.units));
  named.units = {};
  return {numbered_ranges(comm, units_once(comm, std::move(found.units)), readers, range_bytes),
          comm.sum(found.ignored_files), comm.sum(found.results_folders)};
}

Listing list_units(const std::vector<PathPattern>& patterns, std::span<const PostReader> readers,
                   std::int64_t range_bytes) {
  return list_units(*make_single_rank(), patterns, readers, range_bytes);
}

}  // namespace shoal
