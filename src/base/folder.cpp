// stat and readdir, tried again where they fail.
#include "shoal/base/folder.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "shoal/base/patience.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

using Call = int (*)(const char*, struct stat*);

std::optional<struct stat> patient_status(Call call, const fs::path& path) {
  return patiently([&]() -> std::optional<struct stat> {
    struct stat status {};
    if (call(path.c_str(), &status) == 0) return status;
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw_read_error(ReadCall::examining, path, errno);
  });
}

/// Of the name itself, be it a link.
std::optional<struct stat> status_of_name(const fs::path& path) {
  return patient_status([](const char* name, struct stat* status) { return ::lstat(name, status); }, path);
}

}  // namespace

bool has_suffix(std::string_view name, std::string_view suffix) {
  if (name.size() < suffix.size()) return false;
  return std::ranges::equal(name.substr(name.size() - suffix.size()), suffix, [](char letter, char lower) {
    return (letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter) == lower;
  });
}

std::optional<struct stat> status_of(const fs::path& path) {
  return patient_status([](const char* name, struct stat* status) { return ::stat(name, status); }, path);
}

std::string path_without_links(const fs::path& path) {
  return patiently([&] {
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), &std::free);
    if (!real) throw_read_error(ReadCall::examining, path, errno);
    return std::string(real.get());
  });
}

bool is_folder(const fs::path& path) {
  try {
    const auto status = status_of(path);
    return status && S_ISDIR(status->st_mode);
  } catch (const InputError&) {
    return false;
  }
}

std::string why_closed(const fs::path& folder) {
  fs::path nearest = folder;
  while (!is_listed(nearest) && nearest.has_relative_path()) nearest = nearest.parent_path();
  if (!is_folder(nearest)) return fmt::format("'{}' is no folder", nearest.string());
  if (::access(nearest.c_str(), W_OK | X_OK) == 0) return {};
  return fmt::format("nothing may be written in '{}'", nearest.string());
}

bool is_listed(const fs::path& path) { return status_of_name(path).has_value(); }

bool is_link(const fs::path& path) {
  const auto status = status_of_name(path);
  return status && S_ISLNK(status->st_mode);
}

bool FolderEntry::leads_to_folder(const fs::path& folder) const {
  if (!type || *type == DT_LNK) return is_folder(folder / name);
  return *type == DT_DIR;
}

bool FolderEntry::is_link(const fs::path& folder) const {
  return type ? *type == DT_LNK : shoal::is_link(folder / name);
}

std::vector<FolderEntry> entries_in(const fs::path& folder,
                                    const std::function<bool(std::string_view)>& wanted) {
  return patiently([&] {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), &::closedir);
    if (!stream) throw_read_error(ReadCall::listing, folder, errno);
    std::vector<FolderEntry> entries;
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(stream.get());
      if (entry == nullptr && errno != 0) throw_read_error(ReadCall::reading, folder, errno);
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (name == "." || name == ".." || (wanted && !wanted(name))) continue;
      const bool told = entry->d_type != DT_UNKNOWN;
      entries.push_back({std::string(name), told ? std::optional(entry->d_type) : std::nullopt});
    }
    std::sort(entries.begin(), entries.end(),
              [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
    return entries;
  });
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (FolderEntry& entry : entries_in(folder)) names.push_back(std::move(entry.name));
  return names;
}

}  // namespace shoal
