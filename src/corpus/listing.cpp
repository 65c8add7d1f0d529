// Walking folders and patterns, on one rank; then sharding by size. A path that a reader claims is not
// walked.
#include "shoal/corpus/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <queue>
#include <set>

#include "path_patterns.hpp"
#include "range_units.hpp"
#include "readers.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// What a path leads to; nothing where it cannot be followed: reading it says what is wrong.
std::optional<struct stat> status_if_followed(const fs::path& path) {
  try {
    return status_of(path);
  } catch (const InputError&) {
    return std::nullopt;
  }
}

/// Bytes of all files below a folder; links to folders are not followed, as they may lead back.
std::int64_t bytes_below(const fs::path& folder) {
  std::int64_t bytes = 0;
  for (const FolderEntry& entry : entries_in(folder)) {
    if (entry.leads_to_folder(folder)) {
      if (!entry.is_link(folder)) bytes += bytes_below(folder / entry.name);
    } else if (const auto status = status_if_followed(folder / entry.name);
               status && S_ISREG(status->st_mode)) {
      bytes += status->st_size;
    }
  }
  return bytes;
}

/// Whether runs of Shoal write into a folder: results, or what a run leaves before them. entries: by rising
/// names.
bool is_results_folder(const fs::path& folder, const std::vector<FolderEntry>& entries) {
  const auto has = [&](std::string_view name) {
    return std::ranges::binary_search(entries, name, {},
                                      [](const FolderEntry& entry) { return std::string_view(entry.name); });
  };
  if (has("run.json") && has("posts.h5ad")) return true;
  return has("log") && (has("work") || has("progress.json")) && is_listed(folder / "log" / "rank-0.jsonl");
}

/// One spelling for all ways to write a path: a folder may be written with a slash behind it.
std::string spelled_alike(const fs::path& path) {
  const fs::path normal = fs::absolute(path).lexically_normal();
  return (normal.has_filename() ? normal : normal.parent_path()).string();
}

/// What results and messages call a path below its corpus root.
std::string path_below(const fs::path& path, const fs::path& root) {
  if (root.empty() && path.is_relative()) return path.lexically_normal().string();
  return path.lexically_relative(root.empty() ? fs::path(".") : root).lexically_normal().string();
}

/// By which a folder is known whatever its names.
using FolderNumber = std::pair<dev_t, ino_t>;

class Lister {
 public:
  explicit Lister(std::span<const PostReader> readers) : readers_(readers) {}

  void add(const PathPattern& pattern) {
    if (has_wildcards(pattern)) {
      const PatternMatches matches = match_pattern(pattern, "posts");
      for (const std::string& path : matches.paths) add_match(path, matches.root);
    } else {
      add_path(whole_path(pattern));
    }
  }

  Listing finish(std::int64_t range_bytes) {
    std::vector<Unit> files = std::move(listing_.units);
    std::sort(files.begin(), files.end(), [](const Unit& a, const Unit& b) {
      return std::tie(a.relative, a.path) < std::tie(b.relative, b.path);
    });
    listing_.units.clear();
    for (Unit& file : files) cut_into_ranges(std::move(file), readers_, range_bytes, listing_.units);
    for (std::size_t i = 0; i < listing_.units.size(); ++i) {
      listing_.units[i].number = static_cast<std::int64_t>(i);
    }
    return std::move(listing_);
  }

 private:
  using Identity = std::pair<FolderNumber, std::string>;

  /// The first reader of paths that claims a path; null if none does. by_suffix: whether only those are asked
  /// that have the file's suffix, since they may open what they are asked of.
  [[nodiscard]] const PostReader* claiming(const fs::path& path, bool by_suffix) const {
    for (const PostReader& reader : readers_) {
      const auto* own = std::get_if<OwnPaths>(&reader.takes);
      if (own == nullptr || (by_suffix && !has_suffix(path.filename().string(), reader))) continue;
      if (own->claims(path)) return &reader;
    }
    return nullptr;
  }

  [[nodiscard]] bool is_read_below_folders(const fs::path& path) const {
    const std::string name = path.filename().string();
    return std::any_of(readers_.begin(), readers_.end(),
                       [&](const PostReader& reader) { return has_suffix(name, reader); });
  }

  void add_match(const fs::path& path, const fs::path& root) {
    add_unit(path, root, claiming(path, !is_folder(path)));
  }

  void add_path(const std::string& path) {
    if (!is_listed(path)) {
      throw InputError(
          fmt::format("'{}' under [corpus] posts cannot be read: {}", path, std::strerror(ENOENT)));
    }
    if (is_folder(path)) {
      folders_.clear();
      add_folder(path, path);
    } else {
      add_unit(path, fs::path(path).parent_path(), claiming(path, false));
    }
  }

  /// Links to folders are followed, each folder is searched once, under the first of its names: a loop ends
  /// by itself.
  void add_folder(const fs::path& folder, const fs::path& root) {
    const auto status = status_of(folder);
    if (!status) throw UnavailableError(fmt::format("'{}' was listed, and is gone", folder.string()));
    if (!folders_.insert({status->st_dev, status->st_ino}).second) return;
    std::vector<FolderEntry> entries;
    try {
      entries = entries_in(folder);
    } catch (const InputError&) {
      // Where what may not be read is left out, reading the folder says so.
      return add_unit(folder, root, nullptr);
    }
    if (is_results_folder(folder, entries)) return leave_out_results(folder, root);
    if (const PostReader* reader = claiming(folder, false)) return add_claimed_folder(folder, root, *reader);
    for (const FolderEntry& entry : entries) add_entry(folder, entry, root);
  }

  void leave_out_results(const fs::path& folder, const fs::path& root) {
    if (folder == root) {
      throw InputError(
          fmt::format("'{}' under [corpus] posts holds results of Shoal, not posts", folder.string()));
    }
    ++listing_.results_folders;
  }

  void add_entry(const fs::path& folder, const FolderEntry& entry, const fs::path& root) {
    const fs::path path = folder / entry.name;
    if (entry.leads_to_folder(folder)) {
      add_folder(path, root);
    } else if (is_read_below_folders(path)) {
      // Also what cannot be examined, such as a link to itself: reading it says what is wrong.
      add_unit(path, root, claiming(path, true));
    } else if (!is_system_litter(path.filename().string())) {
      ++listing_.ignored_files;
    }
  }

  void add_claimed_folder(const fs::path& folder, const fs::path& root, const PostReader& reader) {
    if (folder != root) {
      add_unit(folder, root, &reader);
      return;
    }
    // A folder that the job itself names has its own name only below the folder around it.
    const fs::path named = spelled_alike(folder);
    add_unit(named, named.parent_path(), &reader);
  }

  /// reader: the one that claims the path, if one does.
  void add_unit(const fs::path& path, const fs::path& root, const PostReader* reader) {
    if (is_system_litter(path.filename().string())) return;
    Unit unit;
    unit.path = path.string();
    unit.relative = path_below(path, root);
    if (reader != nullptr) unit.format = reader->name;
    // What has no size (a named pipe, a folder) is listed all the same: reading it says what is wrong.
    if (const auto status = status_if_followed(path)) {
      if (reader != nullptr && S_ISDIR(status->st_mode)) unit.bytes = bytes_below(path);
      if (S_ISREG(status->st_mode)) unit.bytes = status->st_size;
      unit.modified = modified_of(*status);
    }
    add_once(std::move(unit));
  }

  void add_once(Unit unit) {
    // Two patterns, or two ways to one folder, may name one file: it is one unit, under the shorter of its
    // relative paths (then the lower).
    const auto [known, fresh] = seen_.try_emplace(identity_of(unit.path), listing_.units.size());
    if (fresh) {
      listing_.units.push_back(std::move(unit));
      return;
    }
    Unit& before = listing_.units[known->second];
    if (std::pair(unit.relative.size(), unit.relative) < std::pair(before.relative.size(), before.relative)) {
      before.relative = unit.relative;
    }
  }

  /// The folder that a path stands in, through links, and its name there.
  Identity identity_of(const fs::path& path) {
    const fs::path named = spelled_alike(path);
    const fs::path folder = named.parent_path();
    auto known = numbers_.find(folder);
    if (known == numbers_.end()) {
      const auto status = status_if_followed(folder);
      const FolderNumber number = status ? FolderNumber{status->st_dev, status->st_ino} : FolderNumber{};
      known = numbers_.emplace(folder, number).first;
    }
    return {known->second, named.filename().string()};
  }

  std::span<const PostReader> readers_;
  Listing listing_;
  std::map<Identity, std::size_t> seen_;      ///< position among the units
  std::map<fs::path, FolderNumber> numbers_;  ///< of folders that units stand in, by absolute path
  std::set<FolderNumber> folders_;            ///< searched below the current pattern
};

}  // namespace

Listing list_units(const std::vector<PathPattern>& patterns, std::span<const PostReader> readers,
                   std::int64_t range_bytes) {
  Lister lister(readers);
  for (const PathPattern& pattern : patterns) lister.add(pattern);
  return lister.finish(range_bytes);
}

std::vector<std::vector<Unit>> shard_by_size(const std::vector<Unit>& units, int ranks) {
  std::vector<Unit> by_size = units;
  std::sort(by_size.begin(), by_size.end(), [](const Unit& a, const Unit& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.number < b.number;
  });
  using Load = std::pair<std::int64_t, int>;
  std::priority_queue<Load, std::vector<Load>, std::greater<>> lightest;
  for (int rank = 0; rank < ranks; ++rank) lightest.emplace(0, rank);
  std::vector<std::vector<Unit>> shards(static_cast<std::size_t>(ranks));
  for (const Unit& unit : by_size) {
    const auto [load, rank] = lightest.top();
    lightest.pop();
    shards[static_cast<std::size_t>(rank)].push_back(unit);
    // A file costs something to open even if it is empty.
    lightest.emplace(load + unit.bytes + 4096, rank);
  }
  return shards;
}

}  // namespace shoal
