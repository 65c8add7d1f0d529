// run.json: how a run went. All that depends on host, time, path, ranks and threads stands here.
#pragma once

#include <string>

#include "pipeline/engine/run_state.hpp"
#include "pipeline/job/load.hpp"

namespace shoal {

/// Writes run.json, with the checksums of the files around it: the seal of the results. Collective.
void write_run_json(RunState& state, const JobFileText& source);

/// Its text, checked against the checksum it holds of itself. Throws InputError where there is none, and
/// FailureError where it is not the text that was written.
std::string read_run_json(const std::filesystem::path& out);

}  // namespace shoal
