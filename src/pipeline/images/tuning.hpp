// By which plans a job's network computes, where its backend has a choice of them.
#pragma once

#include <cstdint>
#include <filesystem>

#include "pipeline/images/settings.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/journal/fence.hpp"

namespace shoal {

/// Sets the plans of a network: those in the note, which an earlier run measured for this network and this
/// arithmetic, else what rank 0 measures and notes. fresh: earlier runs do not count. The precision must be
/// settled. The same on all ranks. Collective.
void settle_plans(Communicator& comm, Backend& backend, ImageSettings& settings, std::int64_t tile_images,
                  const std::filesystem::path& note, bool fresh = false, Fence* fence = nullptr);

}  // namespace shoal
