// What stands in the file system under a path, told patiently and the same on any system.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// When a file was changed last, in nanoseconds since 1970.
inline std::int64_t modified_of(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

/// What a path leads to, through links; nothing where it leads to nothing. Throws InputError for a path that
/// cannot be followed (a loop of links, a name that is too long), UnavailableError where it cannot be told.
std::optional<struct stat> status_of(const std::filesystem::path& path);

/// The absolute path of what a path leads to, through no links. Throws InputError where it leads to nothing,
/// UnavailableError where it cannot be told.
std::string path_without_links(const std::filesystem::path& path);

/// Whether a path leads to a folder. Throws UnavailableError where it cannot be told.
bool is_folder(const std::filesystem::path& path);

/// Why nothing can be made in a folder that is there, or is to be made itself; empty where it can. Throws
/// UnavailableError where it cannot be told.
std::string why_closed(const std::filesystem::path& folder);

/// Whether the name itself is there, be it a link that leads nowhere. Throws UnavailableError.
bool is_listed(const std::filesystem::path& path);

/// Whether the name is a link, wherever it leads. Throws UnavailableError.
bool is_link(const std::filesystem::path& path);

/// Whether a file's name ends in a suffix, in whatever case: cameras and old systems write them in upper
/// case. suffix: ASCII, in lower case.
bool has_suffix(std::string_view name, std::string_view suffix);

struct FolderEntry {
  std::string name;
  std::optional<unsigned char> type;  ///< DT_REG and so on; absent where the file system does not tell

  /// Whether it is a folder, or a link to one. folder: that it stands in. Asks the file system only where it
  /// has not told already. Throws UnavailableError.
  [[nodiscard]] bool leads_to_folder(const std::filesystem::path& folder) const;
  [[nodiscard]] bool is_link(const std::filesystem::path& folder) const;
};

/// What stands in a folder by rising bytes of names, without "." and "..": no two systems list in one order.
/// Throws InputError where it is no folder, UnavailableError where it cannot be read to its end. wanted: of
/// which names, if not of all; the others take no memory.
std::vector<FolderEntry> entries_in(const std::filesystem::path& folder,
                                    const std::function<bool(std::string_view name)>& wanted = {});
std::vector<std::string> names_in(const std::filesystem::path& folder);

}  // namespace shoal
