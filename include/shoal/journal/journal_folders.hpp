// What lies in a results folder's work/: for listing and cleaning up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace shoal {

/// A stage's folder of segments, or a checkpoint.
struct JournalFolder {
  std::string name;
  std::uint64_t bytes = 0;
  std::int64_t files = 0;
  bool reached = false;  ///< named among those that are still of use
};

/// work: may be missing. Sorted by name.
std::vector<JournalFolder> list_journals(const std::filesystem::path& work,
                                         const std::set<std::string>& reached);

/// Throws FailureError where it cannot be removed.
void remove_journal(const std::filesystem::path& work, const std::string& name);

}  // namespace shoal
