// In which precision a job's network computes.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "pipeline/job/job.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"

namespace shoal {

/// All ranks compute at the lowest level of any of them, and at none above what changes the job's results:
/// equal bits are promised within one level. Collective.
InstructionLevel agree_on_level(Communicator& comm, const Job& job);

/// Where the job says "auto", settles on a precision: the one that an earlier run in `out` settled on, else
/// the fastest, measured by rank 0 and noted in `out`'s work folder, if there is one. fresh: earlier runs do
/// not count. Throws UsageError where the backend does not offer what is asked for, or what the earlier run
/// settled on. The same on all ranks. Collective.
void settle_precision(Communicator& comm, Backend& backend, Job& job,
                      const std::optional<std::filesystem::path>& out, bool fresh = false);

/// Throws UsageError where the backend does not offer the job's precision.
void require_precision(const Backend& backend, const Job& job);

/// Those that a backend offers, the most exact first.
std::vector<Precision> precisions_of(const Backend& backend);
/// The one that takes least time; the first of equals.
Precision fastest(const std::vector<Precision>& precisions,
                  const std::function<double(Precision)>& seconds_of);

}  // namespace shoal
