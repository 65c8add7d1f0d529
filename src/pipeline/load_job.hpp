// A job file on all ranks.
#pragma once

#include <filesystem>

#include "shoal/comm/communicator.hpp"
#include "shoal/pipeline/job.hpp"

namespace shoal {

/// Rank 0 reads the file and the environment; all ranks get the same job, or the same error. Collective.
Job load_job(Communicator& comm, const std::filesystem::path& path);

}  // namespace shoal
