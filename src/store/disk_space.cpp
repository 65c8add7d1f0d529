// fallocate, and a look at the free space where it is not supported.
#include "disk_space.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace {

bool has_room(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t bytes) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return true;
  const std::uint64_t taken = static_cast<std::uint64_t>(status.st_blocks) * 512;
  std::error_code error;
  const auto space = std::filesystem::space(path, error);
  return error || taken + space.available >= bytes;
}

}  // namespace

void reserve_disk_space(const std::filesystem::path& path, std::uint64_t bytes) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) throw_system_error("open", path.string(), errno);
  int result = 0;
  do {
    result = ::fallocate(file.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes));
  } while (result != 0 && errno == EINTR);
  if (result == 0) return;
  const bool unsupported = errno == EOPNOTSUPP || errno == ENOSYS;
  if (!unsupported) throw_system_error("reserving disk space", path.string(), errno);
  if (!has_room(file, path, bytes)) throw_system_error("reserving disk space", path.string(), ENOSPC);
}

}  // namespace shoal
