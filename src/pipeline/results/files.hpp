// The files that a run leaves beside its journals and logs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal {

/// The seal: it is removed before the first file of new results gets its name, and written when all have
/// theirs. Where it stands, the files around it belong together.
inline constexpr const char* kSeal = "run.json";

/// Removes what a killed run left half-written: of `files`, and of what an earlier run left.
void remove_leftovers(const std::filesystem::path& out, const std::vector<std::string>& files);

/// Makes room for complete new results: removes the seal, what is drawn from the results, and files of
/// earlier results that are not among `files`, those that the new ones leave. The others are replaced one by
/// one.
void remove_earlier_results(const std::filesystem::path& out, const std::vector<std::string>& files);

}  // namespace shoal
