// Walking folders and patterns, on one rank; then sharding by size.
#include "shoal/corpus/listing.hpp"

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <queue>
#include <set>

#include "readers.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWildcards = "*?[";

/// Files that macOS leaves beside real ones; "._a.json" matches "*.json" but is binary.
bool is_system_litter(const std::string& name) { return name.rfind("._", 0) == 0 || name == ".DS_Store"; }

bool has_reader_suffix(const fs::path& path) {
  const std::string suffix = path.extension().string();
  const auto readers = post_readers();
  return std::any_of(readers.begin(), readers.end(), [&](const PostReader& r) { return suffix == r.suffix; });
}

/// A path as a pattern that matches it alone.
std::string escaped(const std::string& path) {
  std::string result;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

class Lister {
 public:
  void add(const PathPattern& pattern) {
    const std::string whole = (fs::path(pattern.folder) / pattern.text).string();
    std::error_code error;
    const fs::file_status status = fs::status(whole, error);
    // What is there by that very name is meant, also where the name looks like a pattern.
    if (!fs::exists(status) && pattern.text.find_first_of(kWildcards) != std::string::npos) {
      add_matches(pattern, whole);
    } else {
      add_path(whole, status, error);
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
  void add_path(const std::string& pattern, const fs::file_status& status, const std::error_code& error) {
    if (!fs::exists(status)) {
      throw InputError(fmt::format("'{}' under [corpus] posts cannot be read: {}", pattern,
                                   error ? error.message() : std::strerror(ENOENT)));
    }
    if (fs::is_directory(status)) {
      folders_.clear();
      add_folder(pattern, pattern);
    } else {
      add_file(pattern, fs::path(pattern).parent_path());
    }
  }

  void add_matches(const PathPattern& pattern, const std::string& whole) {
    const auto before =
        whole.substr(0, whole.size() - pattern.text.size() + pattern.text.find_first_of(kWildcards));
    const auto slash = before.rfind('/');
    const fs::path root = slash == std::string::npos ? fs::path() : fs::path(before.substr(0, slash + 1));
    const std::string prefix = whole.substr(0, whole.size() - pattern.text.size());
    glob_t matches{};
    const int code = ::glob((escaped(prefix) + pattern.text).c_str(), GLOB_ERR, nullptr, &matches);
    const std::unique_ptr<glob_t, decltype(&::globfree)> owner(&matches, &::globfree);
    if (code == GLOB_NOMATCH) {
      throw InputError(fmt::format("nothing matches '{}' under [corpus] posts", whole));
    }
    if (code != 0) {
      throw InputError(
          fmt::format("'{}' under [corpus] posts cannot be searched: {}", whole, std::strerror(errno)));
    }
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) add_file(matches.gl_pathv[i], root);
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
