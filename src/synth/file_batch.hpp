// Many small files that survive the death of the machine, without waiting for the disk at each.
#pragma once

#include <filesystem>
#include <set>
#include <string_view>
#include <vector>

#include "shoal/base/file.hpp"

namespace shoal {

/// New files of one folder and of new folders below it. Each is written at once and synced with others: the
/// first one's sync takes most of them along. They are no whole corpus before truth.csv stands, so they have
/// their final names from the beginning.
class FileBatch {
 public:
  explicit FileBatch(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// name: a path below the folder.
  void add(std::string_view name, std::string_view text);
  /// Syncs what was added. Without it nothing is promised.
  void finish();

 private:
  std::filesystem::path folder_;
  std::vector<AppendFile> open_;
  std::set<std::filesystem::path> folders_;  ///< that were added to since they were synced
};

}  // namespace shoal
