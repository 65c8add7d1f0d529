// mmap with errors as sentences.
#include "shoal/base/mapped_file.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {

MappedFile::MappedFile(const std::filesystem::path& path) {
  const FileDescriptor file = open_regular_file(path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_system_error("fstat", path.string(), errno);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) throw InputError(fmt::format("'{}' is empty; was it copied completely?", path.string()));
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapping == MAP_FAILED) throw_system_error("mmap", path.string(), errno);
  mapping_ = {static_cast<const std::byte*>(mapping), Unmap{size}};
}

void MappedFile::Unmap::operator()(const std::byte* mapping) const {
  ::munmap(const_cast<std::byte*>(mapping), size);
}

}  // namespace shoal
