// Memory that other processes of the host can map, and that is gone with the last of them, however they end.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "shoal/base/file.hpp"

namespace shoal {

class SharedMemory {
 public:
  /// So many zero bytes. Throws ResourceError where they are not to be had.
  explicit SharedMemory(std::size_t bytes);

  /// Valid as long as this object, moved or not.
  [[nodiscard]] std::span<std::byte> bytes() const { return {mapping_.get(), mapping_.get_deleter().size}; }
  /// The file as which other processes of this host and user can map it (MappedFile), until close().
  [[nodiscard]] std::filesystem::path path() const;
  /// No further process can map it.
  void close() { file_ = {}; }

 private:
  struct Unmap {
    std::size_t size;
    void operator()(std::byte* mapping) const;
  };
  FileDescriptor file_;
  std::unique_ptr<std::byte, Unmap> mapping_;
};

}  // namespace shoal
