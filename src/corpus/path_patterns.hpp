// Paths as a job file writes them: plain names, or patterns.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/path_pattern.hpp"

namespace shoal {

/// Files that macOS leaves beside real ones; "._a.json" matches "*.json" but is binary.
bool is_system_litter(std::string_view name);

/// The path that a pattern spells.
std::string whole_path(const PathPattern& pattern);

/// Whether wildcards are meant: what is there by that very name is meant itself, also where it looks like a
/// pattern.
bool has_wildcards(const PathPattern& pattern);

/// Throws InputError: there is nothing by the name that a job gives under a key, "[corpus] posts".
[[noreturn]] void refuse_absent(const std::filesystem::path& path, std::string_view key);

/// What matches a pattern.
struct PatternMatches {
  std::string root;                ///< what stands before the first wildcard, as a folder; may be empty
  std::vector<std::string> paths;  ///< by rising bytes
};

/// Each rank gets an even share of the paths. key: the job's key that holds the pattern, for messages. Throws
/// InputError where nothing matches. Collective.
PatternMatches match_pattern(Communicator& comm, const PathPattern& pattern, std::string_view key);

/// The same on one rank.
PatternMatches match_pattern(const PathPattern& pattern, std::string_view key);

}  // namespace shoal
