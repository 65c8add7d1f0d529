// Sizes and times of last change, by stat.
#include "examined_units.hpp"

#include "path_patterns.hpp"
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

/// Through no links; as it is spelled where it cannot be followed: reading what is in it says what is wrong.
std::string known_path_of(const fs::path& folder) {
  try {
    return path_without_links(folder);
  } catch (const InputError&) {
    return folder.string();
  }
}

}  // namespace

std::string spelled_alike(const fs::path& path) {
  const fs::path normal = fs::absolute(path).lexically_normal();
  return (normal.has_filename() ? normal : normal.parent_path()).string();
}

std::string path_below(const fs::path& path, const fs::path& root) {
  if (root.empty() && path.is_relative()) return path.lexically_normal().string();
  return path.lexically_relative(root.empty() ? fs::path(".") : root).lexically_normal().string();
}

std::optional<Unit> examined_unit(const fs::path& path, const PostReader* reader) {
  if (is_system_litter(path.filename().string())) return std::nullopt;
  Unit unit;
  unit.path = path.string();
  if (reader != nullptr) unit.format = reader->name;
  // What has no size (a named pipe, a folder) is listed all the same: reading it says what is wrong.
  if (const auto status = status_if_followed(path)) {
    if (reader != nullptr && S_ISDIR(status->st_mode)) unit.bytes = bytes_below(path);
    if (S_ISREG(status->st_mode)) unit.bytes = status->st_size;
    unit.modified = modified_of(*status);
  }
  return unit;
}

std::optional<FoundUnit> OwnUnits::examine(const fs::path& path, const fs::path& root,
                                           const PostReader* reader) {
  auto unit = examined_unit(path, reader);
  if (!unit) return std::nullopt;
  unit->relative = path_below(path, root);
  const fs::path named = spelled_alike(path);
  if (named.parent_path() != folder_) {
    folder_ = named.parent_path();
    known_path_ = known_path_of(folder_);
  }
  return FoundUnit{std::move(*unit), {-1, known_path_}, named.filename().string()};
}

}  // namespace shoal
