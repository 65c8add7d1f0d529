// What stands in the file system under a path, told patiently and the same on any system.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shoal {

/// When a file was changed last, in nanoseconds since 1970.
inline std::int64_t modified_of(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

/// What a path leads to, through links; nothing where it leads to nothing. Throws InputError for a path that
/// cannot be followed (a loop of links, a name that is too long), UnavailableError where it cannot be told.
std::optional<struct stat> status_of(const std::filesystem::path& path);

/// Whether a path leads to a folder. Throws UnavailableError where it cannot be told.
bool is_folder(const std::filesystem::path& path);

/// Whether the name itself is there, be it a link that leads nowhere. Throws UnavailableError.
bool is_listed(const std::filesystem::path& path);

/// Whether the name is a link, wherever it leads. Throws UnavailableError.
bool is_link(const std::filesystem::path& path);

/// The names in a folder by rising bytes, without "." and "..": no two systems list them in one order.
/// Throws InputError where it is no folder, UnavailableError where it cannot be read to its end.
std::vector<std::string> names_in(const std::filesystem::path& folder);

}  // namespace shoal
