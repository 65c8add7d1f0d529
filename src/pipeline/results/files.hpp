// The files that a run leaves beside its journals and logs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/job/job.hpp"

namespace shoal {

/// The seal: it is removed before the first file of new results gets its name, and written when all have
/// theirs. Where it stands, the files around it belong together.
inline constexpr const char* kSeal = "run.json";

/// What this job leaves, without the seal.
std::vector<std::string> result_files(const Job& job);

/// Removes what a killed run left half-written.
void remove_leftovers(const std::filesystem::path& out);

/// Makes room for complete new results: removes the seal, what is drawn from the results, and files that this
/// job does not leave. The others are replaced one by one.
void remove_earlier_results(const std::filesystem::path& out, const Job& job);

}  // namespace shoal
