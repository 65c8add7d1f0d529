// What cuDNN proposes for a graph, and which of it may be trusted. Only cudnn_*.cpp includes this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cudnn_graph.hpp"

namespace shoal {

/// One of cuDNN's engines with its knobs set.
struct CudnnProposal {
  CudnnDescriptor configuration;
  std::string name;  ///< engine and knobs, as in "eng38{k2=1,k24=3}"
};

/// Those that promise the same bits each time, and operands and sums no less precise than asked for; the
/// fastest by cuDNN's own guess first.
std::vector<CudnnProposal> promising_proposals(const CudnnGraph& graph, bool bf16);

/// A proposal as it can be run.
struct CudnnPlan {
  CudnnDescriptor configuration;
  CudnnDescriptor plan;
  std::string name;
  std::int64_t workspace = 0;  ///< bytes
};

/// Absent where cuDNN cannot carry it out after all, or not within kMostCudnnWorkspace.
std::optional<CudnnPlan> plan_of(cudnnHandle_t handle, CudnnProposal proposal);

}  // namespace shoal
