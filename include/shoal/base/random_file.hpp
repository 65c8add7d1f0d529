// A file that is read at the offsets one asks for, as it was when it was opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "shoal/base/file.hpp"

namespace shoal {

/// By what a changed file is known.
struct FileVersion {
  std::uint64_t bytes = 0;
  std::int64_t modified = 0;  ///< nanoseconds since 1970

  bool operator==(const FileVersion&) const = default;
};

/// Throws UnavailableError.
FileVersion version_of(const FileDescriptor& file, const std::filesystem::path& path);

[[noreturn]] void throw_changed_while_read(const std::filesystem::path& path);

/// A regular file; reads are patient, open it anew where that may help, and end with an UnavailableError
/// where it is no longer the file that was opened. For any number of threads at once.
class RandomFile {
 public:
  /// Throws as open_regular_file does.
  explicit RandomFile(std::filesystem::path path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const FileVersion& version() const { return version_; }
  [[nodiscard]] std::int64_t bytes() const { return static_cast<std::int64_t>(version_.bytes); }

  /// Reads up to bytes.size() bytes; returns how many there were, fewer only at the file's end.
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> bytes) const;
  /// Throws UnavailableError where the file ends before offset + count.
  [[nodiscard]] std::string read(std::int64_t offset, std::int64_t count) const;
  /// As many bytes as there are, up to count.
  [[nodiscard]] std::string read_up_to(std::int64_t offset, std::int64_t count) const;

 private:
  using Handle = std::shared_ptr<const FileDescriptor>;

  [[nodiscard]] Handle open() const;
  [[nodiscard]] Handle handle() const;
  void replace(const Handle& failed) const;
  void require_unchanged(const FileDescriptor& file) const;

  std::filesystem::path path_;
  FileVersion version_;
  mutable std::mutex mutex_;
  mutable Handle handle_;  ///< null after a read that failed, until the next one
};

}  // namespace shoal
