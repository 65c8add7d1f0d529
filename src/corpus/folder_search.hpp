// Searching folders with all ranks: level by level, folders are dealt out to be listed, and what is in them
// to be examined.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "found_paths.hpp"
#include "known_folders.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// What a rank has found; the ranks' parts make up the whole.
struct SearchedFolders {
  std::vector<FoundUnit> units;  ///< with their relative paths
  std::int64_t ignored_files = 0;
  std::int64_t results_folders = 0;
};

class FolderSearch {
 public:
  /// roots: of each pattern, below which relative paths count. Both outlive the search.
  FolderSearch(Communicator& comm, std::span<const std::string> roots, std::span<const PostReader> readers)
      : comm_(comm), roots_(roots), readers_(readers), known_(comm) {}

  /// Below the folders of all ranks. Links to folders are followed; each folder is searched once for each
  /// pattern, under the first of its names: a loop ends by itself. Throws, the same on all ranks, InputError
  /// and UnavailableError. Collective; once.
  SearchedFolders search(std::vector<FoundFolder> starts);

 private:
  void follow_links();
  void list(const FoundFolder& folder);
  void sort_out(const FoundFolder& folder, std::string name, int type, FolderNames& names);
  void examine(const FolderNames& names);
  void add_claimed(const FoundFolder& folder, const PostReader& reader);
  void add_unit(const FolderKey& folder, const std::string& path, const std::string& name,
                const PostReader* reader);
  void name_units();
  [[nodiscard]] const std::string& root_of(const FolderKey& folder) const {
    return roots_[static_cast<std::size_t>(folder.pattern)];
  }

  Communicator& comm_;
  std::span<const std::string> roots_;
  std::span<const PostReader> readers_;
  KnownFolders known_;
  std::vector<FoundFolder> found_;       ///< of the next level
  std::vector<FolderNames> to_examine_;  ///< of this level
  SearchedFolders result_;
};

}  // namespace shoal
