// Tar archives (POSIX ustar) whose bytes depend on their members alone: thumbnails.tar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "shoal/base/file.hpp"

namespace shoal {

/// Writes an archive under its partial name. Members stand in the order of the calls, owned by nobody, with
/// mode 0644 and time 0.
class TarWriter {
 public:
  explicit TarWriter(std::filesystem::path final_path) : file_(std::move(final_path)) {}
  /// name: 1 to 100 bytes. Throws FailureError for another length, ResourceError where the disk is full.
  void add(const std::string& name, std::span<const std::byte> bytes);
  /// Ends the archive and gives it its final name.
  void publish();

 private:
  PartialFile file_;
};

/// Reads members of an archive of ours by name.
class TarReader {
 public:
  /// Reads the index. Throws InputError where the archive is missing, damaged, or holds anything but regular
  /// files with distinct names.
  explicit TarReader(std::filesystem::path path);

  struct Member {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] const std::map<std::string, Member>& members() const { return members_; }
  [[nodiscard]] bool contains(const std::string& name) const { return members_.contains(name); }
  /// Throws InputError where there is no such member, or the archive was shortened since.
  [[nodiscard]] std::vector<std::byte> read(const std::string& name) const;

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
  std::map<std::string, Member> members_;
};

}  // namespace shoal
