// In which precision a job's network computes.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/images/settings.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/journal/fence.hpp"

namespace shoal {

/// The highest instruction level that changes what such features are; absent where the precision is still to
/// be measured, among all that the processors offer.
std::optional<InstructionLevel> level_of(const ImageSettings& settings);

/// Where the job says "auto", settles on a precision: the one in the note, which an earlier run left, else
/// the fastest, measured by rank 0 and noted. note: absent where nothing may be written. fresh: earlier runs
/// do not count. Throws UsageError where the backend does not offer what is asked for, or what the earlier
/// run settled on. The same on all ranks. Collective.
void settle_precision(Communicator& comm, Backend& backend, ImageSettings& settings,
                      const std::optional<std::filesystem::path>& note, bool fresh = false,
                      Fence* fence = nullptr);

/// Throws UsageError where the backend does not offer the precision of a network.
void require_precision(const Backend& backend, const ImageSettings& settings);

/// Those that a backend offers, the most exact first.
std::vector<Precision> precisions_of(const Backend& backend);
/// The one that takes least time; the first of equals.
Precision fastest(const std::vector<Precision>& precisions,
                  const std::function<double(Precision)>& seconds_of);

}  // namespace shoal
