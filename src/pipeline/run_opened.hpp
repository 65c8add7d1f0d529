// A run of a job that was read already.
#pragma once

#include "pipeline/open_job.hpp"
#include "shoal/pipeline/run.hpp"

namespace shoal {

/// As run_job. Collective.
RunSummary run_opened_job(Communicator& comm, OpenJob& opened, const RunOptions& options);

}  // namespace shoal
