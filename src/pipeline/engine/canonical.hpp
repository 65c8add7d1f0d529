// A job as text: what decides its results, and nothing else.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "pipeline/engine/stage_list.hpp"

namespace shoal {

/// The job without paths, ranks and threads, with sorted keys: equal for equal results. Sections that no
/// entry of the job belongs to are absent, but for `cluster` and `features`.
nlohmann::json canonical_job(const Job& job, const StageList& stages);

/// As the text that results hold.
std::string canonical_text(const Job& job, const StageList& stages);

/// The same with the paths that the job names, for run.json.
nlohmann::json resolved_job(const Job& job, const StageList& stages);

}  // namespace shoal
