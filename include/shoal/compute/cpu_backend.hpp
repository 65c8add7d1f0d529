// The CPU side of the seam: oneDNN for networks, kernels of ours for arrays. The reference that tests trust.
#pragma once

#include <memory>

#include "shoal/base/processor.hpp"
#include "shoal/compute/backend.hpp"

namespace shoal {

/// Images of a tile: enough to read the weights of fully connected layers seldom, few enough to lose little.
inline constexpr std::int64_t kCpuTileImages = 8;

struct CpuOptions {
  int threads = 1;
  /// All ranks agree on the lowest level of any of them before this is made. Networks of one process all have
  /// the level of the first one compiled.
  InstructionLevel level = InstructionLevel::baseline;
};

/// The level without which there is no such precision.
InstructionLevel required_level(Precision precision);
/// The level above which nothing changes for it: equal results need no more than this level in common.
InstructionLevel decisive_level(Precision precision);

/// Throws UsageError for less than one thread, FailureError for a level that this processor does not offer.
std::unique_ptr<Backend> make_cpu_backend(const CpuOptions& options);

}  // namespace shoal
