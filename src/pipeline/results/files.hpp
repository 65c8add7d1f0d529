// The files that a run leaves beside its journals and logs.
#pragma once

#include <filesystem>
#include <string_view>

#include "shoal/journal/fence.hpp"

namespace shoal {

/// The seal: it is removed before the first file of new results gets its name, and written when all have
/// theirs. Where it stands, the files around it belong together.
inline constexpr const char* kSeal = "run.json";

/// What tells a later run of which job results are, and under pseudonyms the job file: among the files of a
/// run while it is written, then in work/, which is never handed on.
inline constexpr const char* kJobNote = "job.json";
inline std::filesystem::path job_note_in(const std::filesystem::path& out) { return out / "work" / kJobNote; }

/// Throws InputError: a folder holds no run, or no results, as something is missing there.
[[noreturn]] void refuse_no_run(const std::filesystem::path& out, std::string_view what,
                                std::string_view missing);

/// Gives complete new results, which stand in the run's own folder with their seal, their names in place of
/// earlier ones, which stood until then. Files that no run left, under names that are not among the new ones,
/// stay.
void put_in_place(Fence& fence, const std::filesystem::path& out);

/// Removes the results that are there, the seal first; what of them is left by who is killed then is known as
/// a run's own to the next. Throws InputError where there are none.
void take_away(Fence& fence, const std::filesystem::path& out);

}  // namespace shoal
