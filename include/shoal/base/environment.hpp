// What this process is told about where it runs.
#pragma once

#include <cstdint>
#include <string>

namespace shoal {

/// This machine's name.
std::string host_name();

/// A whole number in an environment variable; 0 where it is not set or no number.
std::int64_t number_in_environment(const char* name);

}  // namespace shoal
