// A path as a job writes it.
#pragma once

#include <string>

namespace shoal {

/// A path as the job file writes it, and the folder that a relative one starts from. The text is a pattern if
/// it holds *, ? or [...] and no file or folder has exactly that name; the folder never is one.
struct PathPattern {
  std::string folder;  ///< empty for an absolute or plain path
  std::string text;
};

}  // namespace shoal
