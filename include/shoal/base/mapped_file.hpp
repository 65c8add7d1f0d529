// A file's bytes in memory without reading them: pages come when they are touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "shoal/base/digest.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {

/// A regular file that is not empty, mapped for reading. It must not change or shrink while this object
/// lives.
class MappedFile {
 public:
  /// Throws InputError where there is no such file to read, or it is empty; UnavailableError where it cannot
  /// be had. Tries once.
  explicit MappedFile(const std::filesystem::path& path);

  /// Reads bytes into the system's cache, patiently, so that touching them right after is no gamble: a disk
  /// that fails under a mapping ends the process. Throws UnavailableError.
  void fetch(std::uint64_t offset, std::uint64_t count) const;
  /// Of the whole file, fetched piece by piece. Throws UnavailableError.
  [[nodiscard]] Digest digest() const;

  /// Valid as long as this object, moved or not.
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return {mapping_.get(), mapping_.get_deleter().size};
  }

 private:
  struct Unmap {
    std::size_t size;
    void operator()(const std::byte* mapping) const;
  };
  std::unique_ptr<const RandomFile> file_;
  std::unique_ptr<const std::byte, Unmap> mapping_;
};

}  // namespace shoal
