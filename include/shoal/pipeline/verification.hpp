// What was found when a finished run was verified.
#pragma once

#include <string>
#include <vector>

namespace shoal {

struct Verification {
  std::vector<std::string> checked;      ///< what was looked at
  std::vector<std::string> findings;     ///< what does not hold
  std::vector<std::string> not_checked;  ///< and why: inputs that are gone

  [[nodiscard]] std::string text() const;
};

}  // namespace shoal
