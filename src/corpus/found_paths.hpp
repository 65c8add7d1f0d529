// What listing finds, before each unit has its one path.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shoal/data/serialize.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// A folder among those that a pattern leads to. By the path through no links, and not by the numbers of its
/// device and itself: each node of a cluster numbers devices anew.
struct FolderKey {
  int pattern = 0;   ///< of the job
  std::string real;  ///< the path through no links

  friend auto operator<=>(const FolderKey&, const FolderKey&) = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& pattern& real;
  }
};

/// A way to a folder that is to be searched.
struct FoundFolder {
  FolderKey key;            ///< of a link, the path is empty until rank 0 has followed it
  std::string path;         ///< by which it is opened
  bool start = true;        ///< whether the job itself leads to it; else it was found in another one
  std::string parent = {};  ///< the path through no links of that folder
  std::string name = {};    ///< there

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& key& path& start& parent& name;
  }
};

/// Names in a folder that are to be examined.
struct FolderNames {
  struct Name {
    std::string name;
    int type = -1;  ///< DT_REG and so on; -1 where the file system does not tell

    template <class Archive>
    void serialize(Archive& archive, unsigned) {
      archive& name& type;
    }
  };
  FolderKey folder;
  std::string path;  ///< of the folder
  std::vector<Name> names;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& folder& path& names;
  }
};

/// A unit, and where it stands.
struct FoundUnit {
  Unit unit;         ///< relative: empty until the path of its folder is settled
  FolderKey folder;  ///< that it stands in, or that it is
  std::string name;  ///< there; empty where it is the folder

  /// By which it is known whatever way leads to it.
  [[nodiscard]] std::string identity() const { return name.empty() ? folder.real : folder.real + "/" + name; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& unit& folder& name;
  }
};

}  // namespace shoal
