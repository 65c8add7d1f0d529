// The image names that a rank owns, and what is known of each.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "image_lookup.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/data/slides.hpp"

namespace shoal {

/// Of a file in a shard, which may have several names: its source, and where it lies in that.
using MemberPlace = std::pair<int, std::int64_t>;

struct ImageName {
  SlidePlace first{};  ///< where a post names it
  std::vector<ImageCopy> in_shards{};
  std::vector<MemberPlace> photos{};  ///< files in shards that have this name, and are photos by a name
  FoundImage found{};
  std::int64_t number = -1;  ///< as a candidate
  /// No file has this name, and this is the one whose name is similar.
  const ImageName* same_as = nullptr;
  bool ambiguous = false;  ///< no file has this name, and several have similar ones
};

using ImageNames = std::map<std::string, ImageName>;

/// Gives a name a file in a shard that has it.
void add_member(ImageName& name, ImageCopy copy);

/// What a second look gave, for this rank's names.
struct SecondLook {
  std::vector<ImageNames::value_type*> new_names;  ///< of similar files that no post names: to be looked up
  std::int64_t found = 0;                          ///< names that stand for a similar one
  std::int64_t ambiguous = 0;
};

/// Looks for files whose names are similar to those that no file has (similar_names.hpp): one such file is
/// taken for the name, of several none. names: those that this rank owns. spare: files in shards that no post
/// names, and that are similar to some of them. Collective.
SecondLook look_again(Communicator& comm, ImageNames& names, std::vector<ImageCopy> spare,
                      const std::vector<ImageSource>& sources);

/// The rank that owns a name, and all that are similar to it.
std::size_t owner_of_name(const std::string& name, std::size_t ranks);

}  // namespace shoal
