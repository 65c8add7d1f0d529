// The library's exported functions, linked directly, and what they end with.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "shoal/base/error.hpp"
#include "shoal/compute/cuda_backend.hpp"

extern "C" shoal::Backend* shoal_make_cuda_backend(const shoal::CudaOptions& options);
extern "C" void shoal_survey_cuda(shoal::CudaSurvey& survey);

namespace shoal {

inline std::unique_ptr<Backend> cuda_backend(const CudaOptions& options = {}) {
  return std::unique_ptr<Backend>(shoal_make_cuda_backend(options));
}

inline std::string error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace shoal
