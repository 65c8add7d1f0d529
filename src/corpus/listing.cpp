// Walking folders and patterns, on one rank; then sharding by size.
#include "shoal/corpus/listing.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <queue>
#include <set>

#include "path_patterns.hpp"
#include "readers.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

bool has_reader_suffix(const fs::path& path) {
  const std::string suffix = path.extension().string();
  const auto readers = post_readers();
  return std::any_of(readers.begin(), readers.end(), [&](const PostReader& r) { return suffix == r.suffix; });
}

class Lister {
 public:
  void add(const PathPattern& pattern) {
    if (has_wildcards(pattern)) {
      const PatternMatches matches = match_pattern(pattern, "posts");
      for (const std::string& path : matches.paths) add_file(path, matches.root);
    } else {
      add_path(whole_path(pattern));
    }
  }

  Listing finish() {
    auto& units = listing_.units;
    std::sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
      return std::tie(a.relative, a.path) < std::tie(b.relative, b.path);
    });
    for (std::size_t i = 0; i < units.size(); ++i) units[i].number = static_cast<std::int64_t>(i);
    return std::move(listing_);
  }

 private:
  void add_path(const std::string& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      throw InputError(fmt::format("'{}' under [corpus] posts cannot be read: {}", path,
                                   error ? error.message() : std::strerror(ENOENT)));
    }
    if (fs::is_directory(status)) {
      folders_.clear();
      add_folder(path, path);
    } else {
      add_file(path, fs::path(path).parent_path());
    }
  }

  /// Links to folders are followed, each folder is searched once: a loop ends by itself.
  void add_folder(const fs::path& folder, const fs::path& root) {
    struct stat identity {};
    if (::stat(folder.c_str(), &identity) == 0 && !folders_.insert({identity.st_dev, identity.st_ino}).second)
      return;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      if (entry->is_directory(ignored)) {
        add_folder(entry->path(), root);
      } else if (has_reader_suffix(entry->path())) {
        // Also what cannot be examined, such as a link to itself: reading it says what is wrong.
        add_file(entry->path(), root);
      } else if (!is_system_litter(entry->path().filename().string())) {
        ++listing_.ignored_files;
      }
    }
    if (error) {
      throw InputError(fmt::format("folder '{}' under [corpus] posts cannot be read: {}", folder.string(),
                                   error.message()));
    }
  }

  void add_file(const fs::path& path, const fs::path& root) {
    if (is_system_litter(path.filename().string())) return;
    Unit unit;
    unit.path = path.string();
    unit.relative = path.lexically_relative(root.empty() ? fs::path(".") : root).lexically_normal().string();
    if (root.empty() && path.is_relative()) unit.relative = path.lexically_normal().string();
    std::error_code error;
    const auto size = fs::file_size(path, error);
    // What has no size (a named pipe, a folder) is listed all the same: reading it says what is wrong.
    unit.bytes = error ? 0 : static_cast<std::int64_t>(size);
    // Two patterns may name one file: it is one unit, under the shorter of its relative paths (then the
    // lower).
    const std::string identity = fs::absolute(path).lexically_normal().string();
    const auto [known, fresh] = seen_.try_emplace(identity, listing_.units.size());
    if (fresh) {
      listing_.units.push_back(std::move(unit));
      return;
    }
    Unit& before = listing_.units[known->second];
    if (std::pair(unit.relative.size(), unit.relative) < std::pair(before.relative.size(), before.relative)) {
      before.relative = unit.relative;
    }
  }

  Listing listing_;
  std::map<std::string, std::size_t> seen_;    ///< absolute path -> position among the units
  std::set<std::pair<dev_t, ino_t>> folders_;  ///< searched below the current pattern
};

}  // namespace

Listing list_units(const std::vector<PathPattern>& patterns) {
  Lister lister;
  for (const PathPattern& pattern : patterns) lister.add(pattern);
  return lister.finish();
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
