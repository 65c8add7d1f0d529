// libshoal_cuda, opened at run time: the program starts where there is no CUDA at all.
#pragma once

#include <memory>
#include <string>

#include "shoal/compute/cuda_backend.hpp"

namespace shoal {

/// The GPUs that this process may use, or why there is none. The library is looked for beside the program's
/// own, or where the environment variable SHOAL_CUDA_LIBRARY says; it stays open. Throws nothing for what it
/// finds.
CudaSurvey survey_cuda();

/// Throws UsageError where there is no library, and what the library throws (cuda_backend.hpp).
std::unique_ptr<Backend> make_cuda_backend(const CudaOptions& options);

}  // namespace shoal
