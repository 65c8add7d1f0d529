// The library's exported functions, linked directly.
#pragma once

#include <memory>

#include "shoal/compute/cuda_backend.hpp"

extern "C" shoal::Backend* shoal_make_cuda_backend(const shoal::CudaOptions& options);
extern "C" void shoal_survey_cuda(shoal::CudaSurvey& survey);

namespace shoal {

inline std::unique_ptr<Backend> cuda_backend(const CudaOptions& options = {}) {
  return std::unique_ptr<Backend>(shoal_make_cuda_backend(options));
}

}  // namespace shoal
