// A network on the CPU: oneDNN's part image by image, then fully connected layers for the tile as a whole.
#pragma once

#include <memory>

#include "shoal/compute/cpu_backend.hpp"
#include "shoal/compute/weight_memory.hpp"

namespace shoal {

/// Throws FailureError for a list of layers that makes no network, InputError from the weights.
std::unique_ptr<Network> compile_cpu_network(const NetworkSpec& spec, const WeightSource& weights,
                                             std::unique_ptr<WeightMemory> memory, const CpuOptions& options);

/// What that network would take.
NetworkMemory cpu_network_memory(const NetworkSpec& spec, const CpuOptions& options);

}  // namespace shoal
