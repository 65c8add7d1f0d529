// Looking at a results folder from outside: how far its run is, and which journals it no longer needs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace shoal {

/// Lines for a person: is a run alive there, on which host; the stage, tiles done of all, from the journal,
/// per second, the slowest rank, the expected end; what the journals take. One process. Throws InputError
/// where no run ever was.
std::string status_text(const std::filesystem::path& out);

struct CleanSummary {
  std::string text;  ///< lines for a person
  std::uint64_t bytes = 0;
};
/// Lists the journals that the last run into this folder did not reach (or all of them), and removes them
/// unless dry. Throws UsageError while a run is alive there.
CleanSummary clean_folder(const std::filesystem::path& out, bool all, bool dry);

}  // namespace shoal
