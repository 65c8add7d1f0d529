// The folders that listing has found: each once, under the lowest of its names, whichever ranks came upon it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "found_paths.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// Whether a search that goes from folder to folder, by rising names, comes to one path before the other.
bool is_searched_before(std::string_view a, std::string_view b);

/// Each rank knows its share of the folders, by hash. All methods are collective.
class KnownFolders {
 public:
  explicit KnownFolders(Communicator& comm) : comm_(comm) {}

  /// Those that were not known before, each once, under the lowest of the paths that were found; on the ranks
  /// that know them now.
  std::vector<FoundFolder> admit(std::vector<FoundFolder> found);

  /// Gives each folder the path by which a search by rising names would have come to it first. Whether some
  /// may have other paths than they were admitted with.
  bool settle_paths();

  std::vector<std::string> paths_of(const std::vector<FolderKey>& folders);

 private:
  struct Way {
    std::string parent;
    std::string name;
  };
  struct Known {
    std::string path;
    std::vector<Way> ways;  ///< from other folders, by links; what is no link has its name from its real path
    bool start = false;
    bool child = false;  ///< found in the folder that it lies in
  };
  [[nodiscard]] std::size_t owner_of(const FolderKey& folder) const;
  bool lower_paths();

  Communicator& comm_;
  std::map<FolderKey, Known> known_;
  bool several_ways_ = false;  ///< whether some folder was found more than once
};

}  // namespace shoal
