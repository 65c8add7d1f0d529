// What a job would take, told without running it.
#pragma once

#include <string>

#include "shoal/comm/communicator.hpp"
#include "shoal/pipeline/run_options.hpp"

namespace shoal {

/// Ranks to plan for; 0: as those that plan.
struct PlanShape {
  int ranks = 0;
  int ranks_per_node = 0;
};

struct PlanSummary {
  std::string text;  ///< lines for a person, on rank 0
  bool fits = true;
};

/// Reads the job and the posts and finds the images, takes one tile of them through every step: rows, memory
/// of the largest rank by stage, bytes that will be written, and how long the features will take, from that
/// tile. Collective.
PlanSummary plan_job(Communicator& comm, const RunOptions& options, const PlanShape& shape);

}  // namespace shoal
