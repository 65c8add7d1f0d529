// Whatever there is of CUDA on this machine, the program starts and says why it uses none.
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/compute/cuda_library.hpp"

namespace shoal {
namespace {

TEST(CudaLibrary, NamesDevicesOrSaysWhyThereAreNone) {
  const CudaSurvey survey = survey_cuda();
  EXPECT_EQ(survey.devices.empty(), !survey.why_none.empty()) << survey.why_none;
}

TEST(CudaLibrary, GivesNoBackendWithoutADeviceForTheReasonItNames) {
  const CudaSurvey survey = survey_cuda();
  if (!survey.devices.empty()) GTEST_SKIP() << "there is a GPU: tests/kernels is for it";
  try {
    open_cuda_backend({});
    FAIL() << "a backend without a device";
  } catch (const FailureError& error) {
    EXPECT_EQ(error.what(), survey.why_none);
  }
}

}  // namespace
}  // namespace shoal
