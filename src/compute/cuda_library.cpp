// dlopen, and the two functions behind it.
#include "shoal/compute/cuda_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

struct CudaLibrary {
  MakeCudaBackend make = nullptr;
  SurveyCuda survey = nullptr;
  std::string why_none;
};

CudaLibrary open_library() {
  const char* elsewhere = std::getenv("SHOAL_CUDA_LIBRARY");
  const char* name = elsewhere != nullptr ? elsewhere : kCudaLibrary;
  void* handle = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = ::dlerror();
    return {nullptr, nullptr,
            fmt::format("the CUDA side of Shoal cannot be opened: {}; it is built where nvcc is found, and "
                        "needs the CUDA "
                        "runtime and cuBLAS where it runs",
                        reason != nullptr ? reason : name)};
  }
  CudaLibrary library{reinterpret_cast<MakeCudaBackend>(::dlsym(handle, kMakeCudaBackend)),
                      reinterpret_cast<SurveyCuda>(::dlsym(handle, kSurveyCuda)),
                      {}};
  if (library.make == nullptr || library.survey == nullptr) {
    library = {nullptr, nullptr, fmt::format("'{}' is no CUDA library of this version of Shoal", name)};
  }
  return library;
}

const CudaLibrary& library() {
  static const CudaLibrary opened = open_library();
  return opened;
}

}  // namespace

CudaSurvey survey_cuda() {
  CudaSurvey survey;
  if (library().survey == nullptr) {
    survey.why_none = library().why_none;
  } else {
    library().survey(survey);
  }
  return survey;
}

std::unique_ptr<Backend> make_cuda_backend(const CudaOptions& options) {
  if (library().make == nullptr) throw UsageError(library().why_none);
  return std::unique_ptr<Backend>(library().make(options));
}

}  // namespace shoal
