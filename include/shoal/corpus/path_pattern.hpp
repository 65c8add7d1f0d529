// A path as a job writes it.
#pragma once

#include <string>

namespace shoal {

/// A path as the job writes it, and the folder that it starts from: only the job's own text can be a pattern
/// (with *, ? or [...]), and only where nothing has that very name.
struct PathPattern {
  std::string folder;  ///< empty for an absolute or plain path
  std::string text;
};

}  // namespace shoal
