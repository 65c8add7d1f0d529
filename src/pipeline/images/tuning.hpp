// By which plans a job's network computes, where its backend has a choice of them.
#pragma once

#include <cstdint>
#include <filesystem>

#include "pipeline/job/job.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"

namespace shoal {

/// Sets the job's plans: those that an earlier run in `out` measured for this network and this arithmetic,
/// else what rank 0 measures, which it notes in `out`'s work folder. fresh: earlier runs do not count. The
/// precision must be settled. The same on all ranks. Collective.
void settle_plans(Communicator& comm, Backend& backend, Job& job, std::int64_t tile_images,
                  const std::filesystem::path& out, bool fresh = false);

}  // namespace shoal
