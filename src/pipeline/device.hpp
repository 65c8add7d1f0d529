// What computes: the processor, or a GPU for each rank.
#pragma once

#include <memory>

#include "shoal/base/processor.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/pipeline/run.hpp"

namespace shoal {

/// All ranks compute on the same kind of device: on GPUs where that is asked for, or where every rank has
/// one; the processor's backend has that many threads and that level. Throws UsageError, on all ranks, where
/// GPUs are asked for and a rank has none, or ranks have different ones. Collective.
std::unique_ptr<Backend> make_backend(Communicator& comm, Device device, int threads, InstructionLevel level);

}  // namespace shoal
