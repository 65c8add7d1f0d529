// From a path that is to be read to its unit: what the file system tells of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "found_paths.hpp"
#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// One spelling for all ways to write a path: a folder may be written with a slash behind it.
std::string spelled_alike(const std::filesystem::path& path);

/// What results and messages call a path below its corpus root.
std::string path_below(const std::filesystem::path& path, const std::filesystem::path& root);

/// Nothing for a file that is never read. reader: the one that claims the path, if one does. Throws
/// UnavailableError.
std::optional<Unit> examined_unit(const std::filesystem::path& path, const PostReader* reader);

/// Units of paths that the job itself leads to, and no folder that is searched.
class OwnUnits {
 public:
  /// With its relative path below a root; nothing as above.
  std::optional<FoundUnit> examine(const std::filesystem::path& path, const std::filesystem::path& root,
                                   const PostReader* reader);

 private:
  // Of the last one: paths that a pattern matches stand folder by folder.
  std::filesystem::path folder_;
  std::string known_path_;
};

}  // namespace shoal
