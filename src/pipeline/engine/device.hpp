// What computes: the processor, or a GPU for each rank.
#pragma once

#include <memory>
#include <string>

#include "pipeline/engine/stage.hpp"
#include "pipeline/job/job.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/compute/device.hpp"

namespace shoal {

/// The instruction level of a job: the lowest of any rank, and none above what changes its results, since
/// equal bits are promised within one level. Collective.
InstructionLevel agree_on_level(Communicator& comm, const Wishes& wishes);

/// Images that a tile of such a network has, the same on all ranks: the least of what their backends choose.
/// Collective.
std::int64_t images_of_tile(Communicator& comm, const Backend& backend, const NetworkSpec& network);

/// All ranks compute on the same kind of device: on GPUs where that is asked for, or where every rank can use
/// one, with room for the job's network where they share; the processor's backend has that many threads and
/// that level. The engine is the job's, "auto" being cuDNN where all ranks have it. Throws UsageError, on all
/// ranks, where GPUs or cuDNN are asked for and a rank has none, or ranks have different ones, FailureError
/// where a GPU fails. Collective.
std::unique_ptr<Backend> make_backend(Communicator& comm, Device device, const Wishes& wishes, int threads,
                                      InstructionLevel level);

}  // namespace shoal
