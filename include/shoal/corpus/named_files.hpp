// Files that a job names one by one or by patterns, and that no folder is searched for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shoal/corpus/path_pattern.hpp"

namespace shoal {

struct NamedFile {
  std::string path;
  std::string relative;  ///< its name; below what stands before a pattern's first wildcard

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& path& relative;
  }
};

/// In the order of the patterns, those of one pattern by rising bytes. key: where the job has them,
/// "[corpus] posts", for messages. Throws InputError for what is not there and for a pattern that matches
/// nothing. By one rank.
std::vector<NamedFile> list_named_files(const std::vector<PathPattern>& patterns, std::string_view key);

}  // namespace shoal
