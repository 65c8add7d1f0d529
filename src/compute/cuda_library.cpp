// The library is looked for where the program's other libraries are, and stays open: backends live in it.
#include "shoal/compute/cuda_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// The library's two functions, or why they are not there.
struct CudaLibrary {
  SurveyCuda survey = nullptr;
  MakeCudaBackend make = nullptr;
  std::string why_not;
};

/// What dlopen says names a file; which of the two cases it is matters to a person.
std::string why_not_opened() {
  const char* const reason = ::dlerror();
  const std::string text = reason == nullptr ? "for no reason given" : reason;
  if (text.find(kCudaLibrary) == 0) {
    return fmt::format(
        "this build has no CUDA library ({} was not found); build Shoal where nvcc is, or run with --device "
        "cpu",
        kCudaLibrary);
  }
  return fmt::format(
      "the CUDA library cannot be opened: {}; load the CUDA runtime's module, or run with --device cpu",
      text);
}

/// cuBLAS alone takes 200 MB of a process that opens it: too much for finding out that there is no GPU.
bool driver_is_there() {
  void* const driver = ::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver != nullptr) ::dlclose(driver);
  return driver != nullptr;
}

CudaLibrary open_library() {
  const char* const named = std::getenv("SHOAL_CUDA_LIBRARY");
  if (named == nullptr && !driver_is_there()) {
    return {nullptr, nullptr,
            "there is no NVIDIA driver on this machine; run where there is a GPU, or with --device cpu"};
  }
  void* const library = ::dlopen(named != nullptr ? named : kCudaLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return {nullptr, nullptr, why_not_opened()};
  CudaLibrary opened{reinterpret_cast<SurveyCuda>(::dlsym(library, kSurveyCuda)),
                     reinterpret_cast<MakeCudaBackend>(::dlsym(library, kMakeCudaBackend)),
                     {}};
  if (opened.survey == nullptr || opened.make == nullptr) {
    opened.why_not = fmt::format("{} is not of this version of Shoal; install both anew", kCudaLibrary);
  }
  return opened;
}

const CudaLibrary& cuda_library() {
  static const CudaLibrary library = open_library();
  return library;
}

}  // namespace

CudaSurvey survey_cuda() {
  const CudaLibrary& library = cuda_library();
  CudaSurvey survey{{}, library.why_not, library.why_not};
  if (library.why_not.empty()) library.survey(survey);
  return survey;
}

std::unique_ptr<Backend> open_cuda_backend(const CudaOptions& options) {
  const CudaLibrary& library = cuda_library();
  if (!library.why_not.empty()) throw FailureError(library.why_not);
  return std::unique_ptr<Backend>(library.make(options));
}

}  // namespace shoal
