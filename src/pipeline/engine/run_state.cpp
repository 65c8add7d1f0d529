// What decides the bits of a run's results, beside its settings and inputs.
#include "pipeline/engine/run_state.hpp"

#include <fmt/format.h>

#include "shoal/base/digest.hpp"

namespace shoal {

std::string RunState::numeric_identity() const {
  const std::string plans = job.image ? job.image->plans : std::string();
  if (plans.empty()) return backend.numeric_identity();
  return fmt::format("{} plans {}", backend.numeric_identity(), to_hex(sha256(plans)).substr(0, 16));
}

}  // namespace shoal
