// What a network on the CPU takes, from its list of layers alone.
#pragma once

#include <cstdint>

#include "shoal/compute/network.hpp"

namespace shoal {

NetworkMemory cpu_network_memory(const NetworkSpec& spec, int workers);

}  // namespace shoal
