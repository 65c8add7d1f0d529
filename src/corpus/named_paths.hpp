// What a job's patterns lead to: folders to search, and units.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "found_paths.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/path_pattern.hpp"
#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// This rank's share of what patterns lead to.
struct NamedPaths {
  std::vector<std::string> roots;  ///< of each pattern, on all ranks
  std::vector<FoundFolder> folders;
  std::vector<FoundUnit> units;  ///< with their relative paths
};

/// Throws InputError for a pattern that leads to nothing, UnavailableError; the same on all ranks.
/// Collective.
NamedPaths follow_patterns(Communicator& comm, const std::vector<PathPattern>& patterns,
                           std::span<const PostReader> readers);

}  // namespace shoal
