// A file without a name (memfd): nothing of it is left behind by a process that is killed.
#include "shoal/base/shared_memory.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "shoal/base/error.hpp"

namespace shoal {

SharedMemory::SharedMemory(std::size_t bytes) : file_(::memfd_create("shoal", MFD_CLOEXEC)) {
  constexpr const char* kWhat = "memory for the ranks of a node";
  if (!file_) throw_system_error("memfd_create", kWhat, errno);
  if (::ftruncate(file_.get(), static_cast<off_t>(bytes)) != 0) throw_system_error("ftruncate", kWhat, errno);
  void* mapping = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
  if (mapping == MAP_FAILED) throw_system_error("mmap", kWhat, errno);
  // Where the kernel has large pages for such memory; it is as right with small ones.
  static_cast<void>(::madvise(mapping, bytes, MADV_HUGEPAGE));
  mapping_ = {static_cast<std::byte*>(mapping), Unmap{bytes}};
}

std::filesystem::path SharedMemory::path() const {
  return fmt::format("/proc/{}/fd/{}", ::getpid(), file_.get());
}

void SharedMemory::Unmap::operator()(std::byte* mapping) const { ::munmap(mapping, size); }

}  // namespace shoal
