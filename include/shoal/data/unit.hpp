// A unit of reading: a run of bytes of one post file, given to one rank.
#pragma once

#include <cstdint>
#include <string>

namespace shoal {

struct Unit {
  std::int64_t number = 0;  ///< position in the list of all units, which is sorted by relative path
  std::string path;         ///< as the file is opened
  std::string relative;     ///< below its corpus root: what results and messages name
  std::int64_t bytes = 0;   ///< size when listed: the weight for sharding
};

}  // namespace shoal
