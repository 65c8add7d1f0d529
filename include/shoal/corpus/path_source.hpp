// A folder, an archive or a database, as the reader that opens it sees it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/corpus/read_rules.hpp"

namespace shoal {

/// Knows what was read of a folder, since the order of rows and the digest of the corpus depend on it.
class PathSource {
 public:
  explicit PathSource(std::filesystem::path path, const InputFile& file = {})
      : path_(std::move(path)), file_(file) {}

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const InputFile& file() const { return file_; }
  /// The files below a folder, as paths below it, by rising bytes. Without what macOS leaves behind (._* and
  /// .DS_Store); links to folders are not followed. Throws InputError.
  [[nodiscard]] std::vector<std::string> names() const;
  /// The whole of a file below a folder. Throws InputError.
  std::string text(const std::string& name);

  /// Of a file: as a file's that is read in ranges (post_digest.hpp). Of a folder: SHA-256 over
  /// `<such a digest in hexadecimal>\n<name>\n` of the files that text() has read, by rising name. Throws
  /// InputError.
  [[nodiscard]] Digest digest() const;
  /// Of the file, or of the files that text() has read.
  [[nodiscard]] std::int64_t bytes() const;

 private:
  struct ReadFile {
    Digest digest;
    std::int64_t bytes = 0;
  };
  std::filesystem::path path_;
  InputFile file_;
  std::map<std::string, ReadFile> read_;
};

}  // namespace shoal
