// POSIX files, read without blocking.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {
namespace fs = std::filesystem;

std::size_t read_at(const FileDescriptor& file, const fs::path& path, std::uint64_t offset,
                    std::span<std::byte> bytes) {
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t n =
        ::pread(file.get(), bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_read_error(ReadCall::reading, path, errno);
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  return got;
}

FileDescriptor open_regular_file(const fs::path& path) {
  // O_NONBLOCK: opening a FIFO would otherwise wait for a writer for ever.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) throw_read_error(ReadCall::opening, path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_read_error(ReadCall::examining, path, errno);
  if (!S_ISREG(status.st_mode)) {
    const char* kind = S_ISDIR(status.st_mode)    ? "a folder"
                       : S_ISFIFO(status.st_mode) ? "a named pipe"
                                                  : "not a regular file";
    throw InputError(fmt::format("'{}' is {}, not a file", path.string(), kind));
  }
  return file;
}

std::string without_path(const std::string& sentence, const fs::path& path) {
  const std::string named = fmt::format("'{}'", path.string());
  return sentence.starts_with(named) ? "the file" + sentence.substr(named.size()) : sentence;
}

void refuse_file_size(const fs::path& path, std::uint64_t max_bytes) {
  throw InputError(
      fmt::format("'{}' has more than the {} bytes that are read of such a file", path.string(), max_bytes));
}

namespace {

/// The bytes up to the file's end, of which max_bytes are allowed.
std::vector<std::byte> read_to_end(const FileDescriptor& file, const fs::path& path, std::uint64_t announced,
                                   std::uint64_t max_bytes) {
  std::vector<std::byte> bytes(announced);
  std::size_t got = 0;
  while (true) {
    // One byte more than was announced is asked for: the file may have grown.
    if (got == bytes.size()) bytes.resize(bytes.size() + 1);
    const ssize_t n = ::read(file.get(), bytes.data() + got, bytes.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_read_error(ReadCall::reading, path, errno);
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
    if (got > max_bytes) refuse_file_size(path, max_bytes);
    if (got > announced) bytes.resize(std::max(bytes.size(), 2 * got));
  }
  bytes.resize(got);
  return bytes;
}

}  // namespace

std::vector<std::byte> read_file(const fs::path& path, std::uint64_t max_bytes) {
  return patiently([&] {
    const FileDescriptor file = open_regular_file(path);
    const FileVersion before = version_of(file, path);
    if (before.bytes > max_bytes) refuse_file_size(path, max_bytes);
    auto bytes = read_to_end(file, path, before.bytes, max_bytes);
    if (version_of(file, path) != before || bytes.size() != before.bytes) throw_changed_while_read(path);
    return bytes;
  });
}

std::vector<std::byte> read_own_file(const fs::path& path) {
  return read_of_own([&] { return read_file(path); });
}

bool own_file_exists(const fs::path& path) {
  return read_of_own([&] { return is_listed(path); });
}

}  // namespace shoal
