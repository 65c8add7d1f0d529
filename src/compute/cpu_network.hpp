// A network on the CPU: oneDNN's part image by image, then fully connected layers for the tile as a whole.
#pragma once

#include <memory>

#include "shoal/compute/cpu_backend.hpp"

namespace shoal {

/// Throws FailureError for a list of layers that makes no network, InputError from the weights.
std::unique_ptr<Network> compile_cpu_network(const NetworkSpec& spec, const WeightSource& weights,
                                             const CpuOptions& options);

}  // namespace shoal
