// Opens the CUDA library, where there is one: the program itself knows nothing of CUDA.
#pragma once

#include <memory>

#include "shoal/compute/cuda_backend.hpp"

namespace shoal {

/// The GPUs that this process may use, or a sentence that says why there are none. Never throws for what it
/// finds. The environment variable SHOAL_CUDA_LIBRARY names another library than the one beside the program's
/// own: tests open one that emulates its GPUs.
CudaSurvey survey_cuda();

/// A backend on one of them. Throws UsageError for options that make no sense, FailureError where it cannot
/// be used.
std::unique_ptr<Backend> open_cuda_backend(const CudaOptions& options);

}  // namespace shoal
