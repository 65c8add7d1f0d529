// A file's bytes in memory without reading them: pages come when they are touched.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace shoal {

/// A regular file that is not empty, mapped for reading. It must not change or shrink while this object
/// lives.
class MappedFile {
 public:
  /// Throws InputError where there is no such file to read, or it is empty.
  explicit MappedFile(const std::filesystem::path& path);

  /// Valid as long as this object, moved or not.
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return {mapping_.get(), mapping_.get_deleter().size};
  }

 private:
  struct Unmap {
    std::size_t size;
    void operator()(const std::byte* mapping) const;
  };
  std::unique_ptr<const std::byte, Unmap> mapping_;
};

}  // namespace shoal
