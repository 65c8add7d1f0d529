// What this process is told about where it runs.
#pragma once

#include <cstdint>
#include <string>

namespace shoal {

/// This machine's name.
std::string host_name();

/// What tells apart processes of one number: the host, and the space of process numbers, of which each
/// container may have its own.
std::string process_space();

/// A whole number in an environment variable; 0 where it is not set or no number.
std::int64_t number_in_environment(const char* name);

}  // namespace shoal
