// POSIX files, written so that a final name is only ever seen on a whole file.
#include "shoal/base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace fs = std::filesystem;

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

namespace {

void write_all(const FileDescriptor& file, std::span<const std::byte> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system_error("write", path.string(), errno);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

void sync_descriptor(const FileDescriptor& file, const fs::path& path) {
  while (::fsync(file.get()) != 0) {
    if (errno != EINTR) throw_system_error("fsync", path.string(), errno);
  }
}

/// File systems over a network say only here that a quota was full or a server lost what it had taken.
void close_descriptor(FileDescriptor& file, const fs::path& path) {
  // Linux has closed it by the time it is interrupted: trying again could close another thread's file.
  if (::close(file.release()) != 0 && errno != EINTR) throw_system_error("close", path.string(), errno);
}

}  // namespace

FileDescriptor create_file(const fs::path& path, unsigned mode) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file) throw_system_error("creation", path.string(), errno);
  return file;
}

void close_durably(FileDescriptor& file, const fs::path& path) {
  sync_descriptor(file, path);
  close_descriptor(file, path);
}

fs::path name_of_own(const fs::path& path) {
  return fmt::format("{}.{}.{}", path.string(), ::getpid(), process_space());
}

fs::path partial_name(const fs::path& path) { return path.string() + ".partial"; }

void sync_folder(const fs::path& folder) {
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file) throw_system_error("open", folder.string(), errno);
  sync_descriptor(file, folder);
}

void rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw_system_error("rename", from.string(), errno);
  sync_folder(to.has_parent_path() ? to.parent_path() : fs::path("."));
}

void remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw_system_error("removal", path.string(), errno);
}

void make_folders(const fs::path& folder) {
  const auto is_there = [&] {
    struct stat status {};
    if (::stat(folder.c_str(), &status) == 0) return S_ISDIR(status.st_mode);
    // What could not be told is not "no": the creation that follows would only say that the name is taken.
    if (errno != ENOENT && errno != ENOTDIR) throw_system_error("stat", folder.string(), errno);
    return false;
  };
  if (folder.empty() || is_there()) return;
  make_folders(folder.parent_path());
  const int error_number = ::mkdir(folder.c_str(), 0777) == 0 ? 0 : errno;
  if (error_number != 0 && !is_there()) {  // another rank may be faster
    throw_system_error("creation", folder.string(), error_number);
  }
  sync_folder(folder.has_parent_path() ? folder.parent_path() : fs::path("."));
}

void make_private_folder(const fs::path& folder) {
  constexpr fs::perms kPrivate = fs::perms::owner_all;
  make_folders(folder);
  std::error_code error;
  if ((fs::status(folder, error).permissions() & fs::perms::all) == kPrivate && !error) return;
  fs::permissions(folder, kPrivate, error);
  if (!error) return;
  if (error != std::errc::operation_not_permitted && error != std::errc::not_supported) {
    throw_system_error("closing to others", folder.string(), error.value());
  }
  log::warning("'{}' cannot be closed to others ({}): see to it that nobody looks into it", folder.string(),
               error.message());
}

void write_file_durably(const fs::path& path, std::string_view bytes, unsigned mode) {
  PartialFile file(path, mode);
  file.write(bytes);
  file.publish();
}

void replace_file(const fs::path& path, std::string_view bytes) {
  const fs::path partial = partial_name(path);
  FileDescriptor file = create_file(partial, 0644);
  write_all(file, std::as_bytes(std::span(bytes)), partial);
  close_descriptor(file, partial);
  if (::rename(partial.c_str(), path.c_str()) != 0) throw_system_error("rename", partial.string(), errno);
}

void write_new_file_durably(const fs::path& path, std::string_view bytes, unsigned mode) {
  // A name of this process's own, so that two who make the file at once do not write into each other's.
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  const fs::path own = fmt::format("{}.{}", name_of_own(path).string(), now);
  write_file_durably(own, bytes, mode);
  // link, unlike rename, fails where the name is taken.
  const int error_number = ::link(own.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(own.c_str());
  if (error_number != 0 && error_number != EEXIST) throw_system_error("link", path.string(), error_number);
  sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

namespace {

bool has_room(const FileDescriptor& file, const fs::path& path, std::uint64_t bytes) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return true;
  const std::uint64_t taken = static_cast<std::uint64_t>(status.st_blocks) * 512;
  std::error_code error;
  const auto space = fs::space(path, error);
  return error || taken + space.available >= bytes;
}

}  // namespace

void reserve_disk_space(const FileDescriptor& file, const fs::path& path, std::uint64_t bytes) {
  int result = 0;
  do {
    result = ::fallocate(file.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes));
  } while (result != 0 && errno == EINTR);
  if (result == 0) return;
  const bool unsupported = errno == EOPNOTSUPP || errno == ENOSYS;
  if (!unsupported) throw_system_error("reserving disk space", path.string(), errno);
  if (!has_room(file, path, bytes)) throw_system_error("reserving disk space", path.string(), ENOSPC);
}

AppendFile::AppendFile(fs::path path)
    : path_(std::move(path)), file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
  if (!file_) throw_system_error("creation", path_.string(), errno);
}

void AppendFile::append(std::span<const std::byte> bytes) { write_all(file_, bytes, path_); }

void AppendFile::sync() {
  while (::fdatasync(file_.get()) != 0) {
    if (errno != EINTR) throw_system_error("fdatasync", path_.string(), errno);
  }
}

void AppendFile::close() { close_durably(file_, path_); }

PartialFile::PartialFile(fs::path final_path, unsigned mode) : PartialFile(std::move(final_path), mode, {}) {}

PartialFile::PartialFile(fs::path final_path, unsigned mode, fs::path partial)
    : final_path_(std::move(final_path)),
      partial_(partial.empty() ? partial_name(final_path_) : std::move(partial)),
      file_(create_file(partial_, mode)) {}

PartialFile::~PartialFile() {
  if (!published_) ::unlink(partial_.c_str());
}

void PartialFile::write(std::span<const std::byte> bytes) {
  write_all(file_, bytes, partial_);
  written_ += bytes.size();
}

void PartialFile::write(std::string_view text) { write(std::as_bytes(std::span(text))); }

void PartialFile::publish() {
  close_durably(file_, partial_);
  rename_durably(partial_, final_path_);
  published_ = true;
}

}  // namespace shoal
