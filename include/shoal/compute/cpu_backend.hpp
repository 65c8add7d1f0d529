// The CPU side of the seam: oneDNN for networks, kernels of ours for arrays. The reference that tests trust.
#pragma once

#include <memory>

#include "shoal/base/processor.hpp"
#include "shoal/compute/backend.hpp"

namespace shoal {

struct CpuOptions {
  int threads = 1;
  /// All ranks agree on the lowest level of any of them before this is made; it holds for the whole process.
  InstructionLevel level = InstructionLevel::baseline;
};

std::unique_ptr<Backend> make_cpu_backend(const CpuOptions& options);

}  // namespace shoal
