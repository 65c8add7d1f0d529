// Patterns, then folders, then each file once: by all ranks, each of which ends with its own share.
#include "shoal/corpus/listing.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "folder_search.hpp"
#include "named_paths.hpp"
#include "range_units.hpp"
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

}  // namespace

Listing list_units(Communicator& comm, const std::vector<PathPattern>& patterns,
                   std::span<const PostReader> readers, std::int64_t range_bytes) {
  NamedPaths named = follow_patterns(comm, patterns, readers);
  FolderSearch search(comm, named.roots, readers);
  SearchedFolders found = search.search(std::move(named.folders));
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
