// Patterns as `posts` under [corpus] takes them.
#include "shoal/corpus/named_files.hpp"

#include <filesystem>

#include "path_patterns.hpp"
#include "shoal/base/folder.hpp"

namespace shoal {
namespace fs = std::filesystem;

std::vector<NamedFile> list_named_files(const std::vector<PathPattern>& patterns, std::string_view key) {
  std::vector<NamedFile> files;
  for (const PathPattern& pattern : patterns) {
    if (!has_wildcards(pattern)) {
      const fs::path path = whole_path(pattern);
      if (!is_listed(path)) refuse_absent(path, key);
      files.push_back({path.string(), path.filename().string()});
      continue;
    }
    const PatternMatches matches = match_pattern(pattern, key);
    for (const std::string& path : matches.paths) {
      if (is_system_litter(fs::path(path).filename().string())) continue;
      const std::string below = matches.root.empty() ? path : path.substr(matches.root.size());
      files.push_back({path, below});
    }
  }
  return files;
}

}  // namespace shoal
