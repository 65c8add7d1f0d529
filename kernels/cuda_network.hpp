// Networks on the GPU.
#pragma once

#include <memory>
#include <string>

#include "shoal/compute/cuda_backend.hpp"
#include "shoal/compute/network.hpp"

namespace shoal {

/// For the device that is set. Throws FailureError for a list of layers that makes no network, UsageError for
/// a precision that the GPU does not have, ResourceError where its memory does not suffice, InputError from
/// the weights.
std::unique_ptr<Network> compile_cuda_network(const NetworkSpec& spec, const WeightSource& weights,
                                              const CudaOptions& options);
/// As Backend::tune, for the device that is set.
std::string tune_cuda_network(const NetworkSpec& spec, const CudaOptions& options);
/// As Backend::tile_images, on a device with so much memory in all.
std::int64_t cuda_tile_images(NetworkSpec spec, const CudaOptions& options, std::size_t device_memory);
/// As Backend::why_no_room, where so much of the device's memory is this process's.
std::string cuda_network_refusal(const NetworkSpec& spec, const CudaOptions& options, std::int64_t share);
/// Of this process: what the device holds is not in it.
NetworkMemory cuda_network_memory(const NetworkSpec& spec, const CudaOptions& options);

}  // namespace shoal
