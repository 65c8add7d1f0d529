// What `images` under [corpus] names.
#include "shoal/corpus/image_sources.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "path_patterns.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

class SourceLister {
 public:
  void add(const PathPattern& pattern) {
    if (!has_wildcards(pattern)) return add_path(whole_path(pattern), {});
    const PatternMatches matches = match_pattern(pattern, "[corpus] images");
    for (const std::string& path : matches.paths) {
      if (!is_system_litter(fs::path(path).filename().string())) add_path(path, matches.root);
    }
  }

  /// What posts give the names of images below.
  void add_root_of(const PathPattern& pattern) {
    if (has_wildcards(pattern)) {
      const std::string root = match_pattern(pattern, "[corpus] posts").root;
      return add_folder(root.empty() ? "." : root);
    }
    const fs::path path = whole_path(pattern);
    if (is_folder(path)) return add_folder(path);
    const std::string name = path.filename().string();
    if (has_suffix(name, ".tar") || has_suffix(name, ".zip")) return add_path(path, {});
    add_folder(path.has_parent_path() ? path.parent_path() : ".");
  }

  std::vector<ImageSource> take() { return std::move(sources_); }

 private:
  /// root: of the pattern that matched, or empty.
  void add_path(const fs::path& path, const fs::path& root) {
    const auto status = status_of(path);
    if (!status) refuse_absent(path, "[corpus] images");
    if (S_ISDIR(status->st_mode)) {
      add_folder(path);
    } else {
      add_shard(path, root.empty() ? path.parent_path() : root, *status);
    }
  }

  void add_folder(const fs::path& folder) {
    if (!is_new(folder)) return;
    sources_.push_back({.path = folder.string()});
    const auto is_shard = [](std::string_view name) {
      return (has_suffix(name, ".tar") || has_suffix(name, ".zip")) && !is_system_litter(name);
    };
    for (const FolderEntry& entry : entries_in(folder, is_shard)) {
      const auto status = status_of(folder / entry.name);
      if (status && S_ISREG(status->st_mode)) add_shard(folder / entry.name, folder, *status);
    }
  }

  void add_shard(const fs::path& path, const fs::path& root, const struct stat& status) {
    if (!is_new(path)) return;
    const std::string relative = root.empty() ? path.string() : path.lexically_relative(root).string();
    sources_.push_back({path.string(), true, relative, std::int64_t{status.st_size}, modified_of(status)});
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

std::vector<ImageSource> list_image_sources_of_posts(const std::vector<PathPattern>& posts) {
  SourceLister lister;
  for (const PathPattern& pattern : posts) lister.add_root_of(pattern);
  return lister.take();
}

std::vector<ImageSource> list_image_sources(const std::vector<PathPattern>& patterns) {
  SourceLister lister;
  for (const PathPattern& pattern : patterns) lister.add(pattern);
  return lister.take();
}

}  // namespace shoal
