// Which post files a job names, and which rank reads which.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shoal/corpus/path_pattern.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// What a job's `posts` name.
struct Listing {
  std::vector<Unit> units;         ///< sorted by (relative path, path), numbered from 0
  std::int64_t ignored_files = 0;  ///< in named folders, but of no known suffix
};

/// Each pattern is a file, a folder (searched below, links to folders followed), or one with wildcards. Its
/// corpus root, below which relative paths count, is the file's folder, the folder, or what stands before the
/// first wildcard. AppleDouble files (._*) and .DS_Store are never listed. A file that several patterns name
/// is one unit. Throws InputError for a pattern that matches nothing and for a folder that cannot be read.
Listing list_units(const std::vector<PathPattern>& patterns);

/// Gives each of `ranks` its units: large ones first, each to the rank with the fewest bytes so far.
std::vector<std::vector<Unit>> shard_by_size(const std::vector<Unit>& units, int ranks);

}  // namespace shoal
