// What computes: the processor, or a GPU for each rank.
#pragma once

#include <memory>
#include <string>

#include "pipeline/job/job.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/pipeline/run.hpp"

namespace shoal {

/// The engine that a job asks for where it computes on GPUs; "shoal" where it has no network.
std::string engine_of(const Job& job);

/// All ranks compute on the same kind of device: on GPUs where that is asked for, or where every rank can use
/// one, with room for the job's network where they share; the processor's backend has that many threads and
/// that level. The engine is the job's, "auto" being cuDNN where all ranks have it. Throws UsageError, on all
/// ranks, where GPUs or cuDNN are asked for and a rank has none, or ranks have different ones, FailureError
/// where a GPU fails. Collective.
std::unique_ptr<Backend> make_backend(Communicator& comm, Device device, const Job& job, int threads,
                                      InstructionLevel level);

}  // namespace shoal
