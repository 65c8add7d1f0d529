// What `images` under [corpus] names.
#include "shoal/corpus/image_sources.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "path_patterns.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

class SourceLister {
 public:
  void add(const PathPattern& pattern) {
    if (!has_wildcards(pattern)) return add_path(whole_path(pattern), {});
    const PatternMatches matches = match_pattern(pattern, "images");
    for (const std::string& path : matches.paths) {
      if (!is_system_litter(fs::path(path).filename().string())) add_path(path, matches.root);
    }
  }

  std::vector<ImageSource> take() { return std::move(sources_); }

 private:
  /// root: of the pattern that matched, or empty.
  void add_path(const fs::path& path, const fs::path& root) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
      throw InputError(
          fmt::format("'{}' under [corpus] images cannot be read: {}", path.string(), std::strerror(errno)));
    }
    if (S_ISDIR(status.st_mode)) {
      add_folder(path);
    } else {
      add_shard(path, root.empty() ? path.parent_path() : root, status);
    }
  }

  void add_folder(const fs::path& folder) {
    if (!is_new(folder)) return;
    sources_.push_back({.path = folder.string()});
    std::vector<fs::path> shards;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      std::error_code ignored;
      if (name.ends_with(".tar") && !is_system_litter(name) && entry->is_regular_file(ignored))
        shards.push_back(entry->path());
    }
    if (error) {
      throw InputError(fmt::format("folder '{}' under [corpus] images cannot be read: {}", folder.string(),
                                   error.message()));
    }
    std::sort(shards.begin(), shards.end());
    for (const fs::path& shard : shards) {
      struct stat status {};
      if (::stat(shard.c_str(), &status) == 0) add_shard(shard, folder, status);
    }
  }

  void add_shard(const fs::path& path, const fs::path& root, const struct stat& status) {
    if (!is_new(path)) return;
    const std::string relative = root.empty() ? path.string() : path.lexically_relative(root).string();
    sources_.push_back({path.string(), true, relative, std::int64_t{status.st_size},
                        std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec});
  }

  bool is_new(const fs::path& path) {
    fs::path identity = fs::absolute(path).lexically_normal();
    if (!identity.has_filename()) identity = identity.parent_path();
    return seen_.insert(identity.string()).second;
  }

  std::vector<ImageSource> sources_;
  std::set<std::string> seen_;  ///< absolute paths
};

}  // namespace

std::vector<ImageSource> list_image_sources(const std::vector<PathPattern>& patterns) {
  SourceLister lister;
  for (const PathPattern& pattern : patterns) lister.add(pattern);
  return lister.take();
}

}  // namespace shoal
