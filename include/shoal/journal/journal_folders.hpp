// What lies in a results folder's work/: for listing and cleaning up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/journal/held_folder.hpp"

namespace shoal {

/// A stage's folder of segments, or a checkpoint.
struct JournalFolder {
  std::string name;
  std::uint64_t bytes = 0;
  std::int64_t files = 0;
  bool reached = false;  ///< named among those that are still of use
};

/// <what>-<the first 16 digits of the key>.
std::string journal_name(std::string_view what, const Digest& key);
/// Whether a name is of that form: other files in work/ are none of a stage's.
bool is_journal_name(std::string_view name);

/// The journals in work, which may be missing, sorted by name.
std::vector<JournalFolder> list_journals(const std::filesystem::path& work,
                                         const std::set<std::string>& reached);

/// Throws FailureError where it cannot be removed, or the folder is held no longer.
void remove_journal(HeldFolder& held, const std::filesystem::path& work, const std::string& name);

/// Makes work/, which nobody but its owner may look into: what lies there names inputs and rows. One with
/// files that no run left is not closed to their users; a warning says so.
void make_work_folder(const std::filesystem::path& work);

/// Whether there is a work/ in the results folder and this user may not look into it: it is its owner's.
bool work_is_closed(const std::filesystem::path& out);

}  // namespace shoal
