// What a lock's file says.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "shoal/journal/run_lock.hpp"

namespace shoal {

std::filesystem::path lock_in(const std::filesystem::path& out);

std::string text_of(const LockHolder& holder);
/// Process 0 where the text is none of a lock's.
LockHolder parse_lock(const std::string& text);

/// What a lock says, if there is one: opened by name each time, so that file systems over a network ask their
/// server. A link is none, and nobody's: waiting for its end would never end.
std::optional<std::string> read_lock(const std::filesystem::path& path);

}  // namespace shoal
