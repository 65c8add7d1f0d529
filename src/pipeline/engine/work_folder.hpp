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
  /// out: the results folder.
  WorkFolder(const std::filesystem::path& out, JournalSettings settings)
      : folder_(out / "work"), settings_(settings) {}

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
  [[nodiscard]] const JournalSettings& settings() const { return settings_; }

  /// Where what has this key lies: work/<name>-<beginning of the key>. From here on the run reaches it.
  std::filesystem::path place(std::string_view name, const Digest& key);
  /// Leaves in work/keys.json what the run reached, with the keys: `shoal clean` removes the rest, `shoal
  /// verify` reads it. Rank 0.
  void write_reached() const;

 private:
  std::filesystem::path folder_;
  JournalSettings settings_;
  std::map<std::string, std::string> reached_;  ///< name -> key
};

/// What the last run into this results folder reached: name -> key. Throws InputError where there was none,
/// FailureError where the list is damaged.
std::map<std::string, std::string> reached_by_last_run(const std::filesystem::path& out);

}  // namespace shoal
