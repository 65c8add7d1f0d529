// Sampled images, decoded and computed again.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "pipeline/engine/run_state.hpp"
#include "shoal/pipeline/verify.hpp"

namespace shoal {

/// state: its corpus is read. Collective.
void verify_images(RunState& state, const nlohmann::json& report, std::int64_t sample,
                   Verification& verification);

}  // namespace shoal
