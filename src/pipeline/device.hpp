// What computes: the processor, or a GPU for each rank.
#pragma once

#include <memory>
#include <string>

#include "shoal/base/processor.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/pipeline/job.hpp"
#include "shoal/pipeline/run.hpp"

namespace shoal {

/// The engine that a job asks for where it computes on GPUs; "shoal" where it has no network.
std::string engine_of(const Job& job);

/// All ranks compute on the same kind of device: on GPUs where that is asked for, or where every rank has
/// one; the processor's backend has that many threads and that level. engine: on GPUs "cudnn", "shoal", or
/// "auto": cuDNN where all ranks have it. Throws UsageError, on all ranks, where GPUs or cuDNN are asked for
/// and a rank has none, or ranks have different ones. Collective.
std::unique_ptr<Backend> make_backend(Communicator& comm, Device device, const std::string& engine,
                                      int threads, InstructionLevel level);

}  // namespace shoal
