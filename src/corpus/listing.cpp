// Walking folders and patterns, on one rank; then sharding by size.
#include "shoal/corpus/listing.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
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

class Lister {
 public:
  void add(const std::string& pattern) {
    if (pattern.find_first_of(kWildcards) != std::string::npos) {
      add_matches(pattern);
      return;
    }
    std::error_code error;
    const fs::file_status status = fs::status(pattern, error);
    if (!fs::exists(status)) {
      throw InputError(fmt::format("'{}' under [corpus] posts cannot be read: {}", pattern,
                                   error ? error.message() : std::strerror(ENOENT)));
    }
    if (fs::is_directory(status)) {
      add_folder(pattern, pattern);
    } else {
      add_file(pattern, fs::path(pattern).parent_path());
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
  void add_matches(const std::string& pattern) {
    const auto before = pattern.substr(0, pattern.find_first_of(kWildcards));
    const auto slash = before.rfind('/');
    const fs::path root = slash == std::string::npos ? fs::path() : fs::path(before.substr(0, slash + 1));
    glob_t matches{};
    const int code = ::glob(pattern.c_str(), GLOB_ERR, nullptr, &matches);
    const std::unique_ptr<glob_t, decltype(&::globfree)> owner(&matches, &::globfree);
    if (code == GLOB_NOMATCH) {
      throw InputError(fmt::format("nothing matches '{}' under [corpus] posts", pattern));
    }
    if (code != 0) {
      throw InputError(
          fmt::format("'{}' under [corpus] posts cannot be searched: {}", pattern, std::strerror(errno)));
    }
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) add_file(matches.gl_pathv[i], root);
  }

  void add_folder(const fs::path& folder, const fs::path& root) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      if (entry->is_directory() && !entry->is_symlink()) {
        add_folder(entry->path(), root);
      } else if (has_reader_suffix(entry->path())) {
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
    // Two patterns may name one file; the same path twice is one unit.
    if (seen_.insert({unit.relative, fs::absolute(path).lexically_normal().string()}).second) {
      listing_.units.push_back(std::move(unit));
    }
  }

  Listing listing_;
  std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace

Listing list_units(const std::vector<std::string>& patterns) {
  Lister lister;
  for (const std::string& pattern : patterns) lister.add(pattern);
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
