// Files in an archive, read as those in a folder are: by their suffix and by what is in them.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "shoal/corpus/path_source.hpp"
#include "shoal/corpus/read_result.hpp"

namespace shoal {

/// A path in an archive as posts spell it: "./a//b.jpg" and "/a/b.jpg" are "a/b.jpg". One that leaves the
/// archive keeps its "..", and no post can name it.
std::string path_in_archive(const std::string& name);

/// Whether a file in an archive would be read, were it in a folder.
bool is_read_in_archives(std::string_view path);

/// Whether a path in an archive is that of another archive.
bool is_archive_name(std::string_view name);

struct ArchivedFile {
  std::string path;         ///< in the archive
  std::uint64_t bytes = 0;  ///< when unpacked
  std::string fault;  ///< why it cannot be read, "is encrypted ..."; empty where nothing speaks against it
};

/// The text of a file, or why it cannot be had.
struct ArchivedText {
  std::string text;
  std::string fault;
};

/// Reads files one by one; what is quarantined names them.
class ArchivedPosts {
 public:
  explicit ArchivedPosts(const PathSource& source) : source_(source) {}

  /// Files come by rising paths. unpack: asked only of files that are read.
  void add(const ArchivedFile& file, const std::function<ArchivedText()>& unpack);
  /// Whether any file so far had what is read or quarantined.
  [[nodiscard]] bool has_read() const { return recognised_ || result_.quarantined_records > 0; }
  /// What was read. damage: why the archive could not be read to its end; empty where it could.
  ReadResult finish(std::string_view damage);

 private:
  void leave_out(const ArchivedFile& file, std::string_view fault);

  const PathSource& source_;
  std::set<std::string> paths_;
  bool recognised_ = false;
  ReadResult result_;
};

}  // namespace shoal
