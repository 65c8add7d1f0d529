// What of oneDNN is the whole process's, whatever networks it has.
#pragma once

#include <string>

#include "shoal/base/processor.hpp"

namespace shoal {

/// Keeps oneDNN from using more than `level`, for the whole process. Throws FailureError if its first
/// primitive was made under another level already.
void limit_onednn(InstructionLevel level);

/// For example "onednn 2.6.3".
std::string onednn_version();

}  // namespace shoal
