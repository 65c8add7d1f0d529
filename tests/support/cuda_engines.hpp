// What can compute convolutions where the tests and benchmarks of kernels/ run.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "shoal/compute/cuda_backend.hpp"

extern "C" void shoal_survey_cuda(shoal::CudaSurvey& survey);

namespace shoal::testing {

/// Shoal's own, and cuDNN's where it can be had; else a line says why not, once. GPU_TEST_ENGINES=shoal: that
/// alone, as tuning cuDNN's plans takes longer than all that some look at.
inline const std::vector<std::string>& cuda_engines() {
  static const std::vector<std::string> engines = [] {
    const char* const asked = std::getenv("GPU_TEST_ENGINES");
    if (asked != nullptr && asked == std::string(kEngineShoal)) return std::vector<std::string>{kEngineShoal};
    CudaSurvey survey;
    shoal_survey_cuda(survey);
    if (survey.why_no_cudnn.empty()) return std::vector<std::string>{kEngineShoal, kEngineCudnn};
    std::printf("left out: the engine cudnn, %s\n", survey.why_no_cudnn.c_str());
    return std::vector<std::string>{kEngineShoal};
  }();
  return engines;
}

}  // namespace shoal::testing
