// run.json: how a run went. All that depends on host, time, path, ranks and threads stands here.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "run_state.hpp"

namespace shoal {

/// Writes run.json on rank 0. Collective.
void write_run_json(RunState& state, std::int64_t quarantine_rows);

}  // namespace shoal
