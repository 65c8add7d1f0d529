// The journals below a results folder: one of each stage and key.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "shoal/base/digest.hpp"
#include "shoal/journal/tile_journal.hpp"

namespace shoal {

class WorkFolder {
 public:
  /// out: the results folder. keeps_list: whether this rank keeps the list of what runs reached: rank 0.
  WorkFolder(const std::filesystem::path& out, JournalSettings settings, bool keeps_list);

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
  [[nodiscard]] const JournalSettings& settings() const { return settings_; }

  /// Where what has this key lies: work/<name>-<beginning of the key>. From here on the run reaches it, which
  /// work/keys.json tells before anything lies there: what a run that is interrupted later had reached is of
  /// use beside what the last finished one did.
  std::filesystem::path place(std::string_view name, const Digest& key);
  /// The run has reached all that it will, and nothing else is of use: `shoal clean` removes the rest, `shoal
  /// verify` reads the list.
  void finish_list();

 private:
  void write_list() const;

  std::filesystem::path folder_;
  JournalSettings settings_;
  bool keeps_list_;
  std::map<std::string, std::string> reached_;  ///< name -> key
  std::map<std::string, std::string> listed_;   ///< the same and what earlier runs reached
};

/// What the last run into this results folder, and runs that were interrupted since, reached: name -> key.
/// Throws InputError where there was none, FailureError where the list is damaged.
std::map<std::string, std::string> reached_by_last_run(const std::filesystem::path& out);

}  // namespace shoal
