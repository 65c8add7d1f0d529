// A unit of reading, given to one rank: a file, a range of its bytes, or a path that its reader opens itself.
#pragma once

#include <cstdint>
#include <string>

namespace shoal {

/// The ranges of one file follow each other by number; the first has the offset 0.
struct Unit {
  std::int64_t number = 0;      ///< position in the list of all units, which is sorted by relative path
  std::string path;             ///< as the file is opened
  std::string relative;         ///< below its corpus root: what results and messages name
  std::int64_t bytes = 0;       ///< size when listed: the weight for sharding
  std::string format = {};      ///< the reader of a range or a path; empty: a file, known by its beginning
  std::int64_t offset = 0;      ///< of a range: its first byte in the file
  std::int64_t file_bytes = 0;  ///< of a range: the size of the file when listed
  std::int64_t modified = 0;    ///< when it was changed last before that, in nanoseconds since 1970
  bool found =
      false;  ///< a file that a search of a folder came upon: the job does not say that it holds posts
};

}  // namespace shoal
