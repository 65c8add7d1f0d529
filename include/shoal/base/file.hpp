// Files that must be whole: every durable write of the program goes through here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shoal {

/// Owns a POSIX file descriptor.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  [[nodiscard]] int get() const { return fd_; }
  /// Whoever calls this closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Opens a regular file for reading. Never blocks. Throws InputError, with a sentence that names path and
/// reason, for what is not there and for what is no file (a FIFO, a device, a folder); UnavailableError where
/// it cannot be told. Tries once: callers that read inputs do so patiently (base/patience.hpp).
FileDescriptor open_regular_file(const std::filesystem::path& path);

/// A sentence of the two functions here without the path it names: for lists that name the file beside it,
/// and that must not depend on where the input lies.
std::string without_path(const std::string& sentence, const std::filesystem::path& path);

/// Throws the InputError of a file that has more bytes than are read of its kind.
[[noreturn]] void refuse_file_size(const std::filesystem::path& path, std::uint64_t max_bytes);

/// The whole of a regular file, patiently. Throws InputError as open_regular_file does, and where it is
/// larger than max_bytes; UnavailableError where it cannot be had, or changes whenever it is read.
std::vector<std::byte> read_file(const std::filesystem::path& path,
                                 std::uint64_t max_bytes = std::uint64_t{1} << 40);

/// A file that a run of Shoal wrote, as read_file reads it; where it cannot be had, that is a failure, and
/// no input's fault (UnavailableError with the code `failure`).
std::vector<std::byte> read_own_file(const std::filesystem::path& path);
/// Whether a file of our own is there. Throws UnavailableError where that cannot be told.
bool own_file_exists(const std::filesystem::path& path);

/// Writes a whole file so that its final name never shows part of it: under another name (`<name>.partial`),
/// synced, renamed, folder synced. Throws FailureError or ResourceError.
/// mode: permission bits, for example 0600 for a key.
void write_file_durably(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

/// As write_file_durably, but never replaces: where the file appears meanwhile (another process makes it
/// too), the one that was there first stays.
void write_new_file_durably(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

/// Replaces a file in one step, but may lose the new one when the machine dies: for what tells how far a run
/// is.
void replace_file(const std::filesystem::path& path, std::string_view bytes);

/// Reads up to bytes.size() bytes at an offset; returns how many there were. Tries once. Throws
/// UnavailableError.
std::size_t read_at(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t offset,
                    std::span<std::byte> bytes);

/// A name beside path that no other process uses: path, the process's number, and process_space().
std::filesystem::path name_of_own(const std::filesystem::path& path);
/// The name under which a file is written before it is complete.
std::filesystem::path partial_name(const std::filesystem::path& path);
/// Makes a file, or empties the one that is there. Throws FailureError or ResourceError, as all below do.
FileDescriptor create_file(const std::filesystem::path& path, unsigned mode);
/// Syncs and closes by the descriptor that wrote: an error of writing back is told to no other one.
void close_durably(FileDescriptor& file, const std::filesystem::path& path);
/// Gives what is complete and synced another name, and syncs the folder of that.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);
/// Removes a file that may be missing.
void remove_file(const std::filesystem::path& path);
/// Makes a folder and those above it, where they are missing; the death of the machine does not undo it.
void make_folders(const std::filesystem::path& folder);
/// As make_folders; nobody but its owner may look into the last of them. Where the file system knows no such
/// thing, a warning says so.
void make_private_folder(const std::filesystem::path& folder);
/// Flushes the names in a folder to the disk.
void sync_folder(const std::filesystem::path& folder);
/// Makes sure that a file that is open for writing can grow to `bytes`; its length stays. Where the file
/// system reserves nothing, the free space is looked at. Throws ResourceError where there is too little.
void reserve_disk_space(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t bytes);

/// A file that only grows; made where it is missing. What append() has taken survives the death of the
/// process.
class AppendFile {
 public:
  explicit AppendFile(std::filesystem::path path);
  void append(std::span<const std::byte> bytes);
  /// From here on what was appended survives the death of the machine, too.
  void sync();
  /// Syncs it for the last time; nothing can be appended any more.
  void close();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
};

/// A file written piece by piece under its partial name; publish() gives it its final name, and without it
/// the destructor removes what was written.
class PartialFile {
 public:
  explicit PartialFile(std::filesystem::path final_path, unsigned mode = 0644);
  /// partial: another name for it to have until then, on the same file system.
  PartialFile(std::filesystem::path final_path, unsigned mode, std::filesystem::path partial);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  [[nodiscard]] std::uint64_t bytes_written() const { return written_; }
  void publish();

 private:
  std::filesystem::path final_path_;
  std::filesystem::path partial_;
  FileDescriptor file_;
  std::uint64_t written_ = 0;
  bool published_ = false;
};

}  // namespace shoal
