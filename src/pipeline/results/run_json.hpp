// run.json: what the run was, and the seal of its results.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "pipeline/engine/stage_list.hpp"
#include "pipeline/job/load.hpp"
#include "shoal/journal/fence.hpp"

namespace shoal {

/// Writes run.json, with the checksums of all files, beside them: the last thing before they are put in
/// place. The job file, which names inputs, stands in it, or under pseudonyms in work/ alone. Collective.
void write_run_json(Run& run, const JobFileText& source);

/// Whether there is a run.json.
bool has_seal(const std::filesystem::path& out);

/// Puts a file of sealed results that was written anew under their seal, in a folder that this process holds.
void seal_again(Fence& fence, const std::filesystem::path& out, const std::string& name);

/// The job file of a finished run, on all ranks. report: its run.json. Throws InputError where work/ does not
/// have it any more, FailureError where it is damaged. Collective.
JobFileText job_file_of(Communicator& comm, const std::filesystem::path& out, const nlohmann::json& report);

/// run.json as text. Rank 0. Throws InputError where there is none, FailureError where it is damaged.
std::string read_run_json(const std::filesystem::path& out);

}  // namespace shoal
