// The CUDA side of the seam, in a library of its own (kernels/) that is opened at run time: what it exports.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "shoal/compute/backend.hpp"

namespace shoal {

/// What computes convolutions: our kernels, or cuDNN where the library was built for it and the machine has
/// it.
inline constexpr const char* kEngineShoal = "shoal";
inline constexpr const char* kEngineCudnn = "cudnn";

struct CudaOptions {
  int device = 0;  ///< as CUDA counts those that this process may use
  std::string engine = kEngineShoal;
  int tiles_in_flight = 3;  ///< one is sent, one computed, one fetched: the workers of a network
  int threads = 1;          ///< that copy to and from the memory which the device reads
  int ranks_on_device = 1;  ///< which share its memory
};

struct CudaDevice {
  int number = 0;  ///< as CUDA counts those that this process may use
  std::string name;
  std::string uuid;  ///< tells GPUs of one host apart, whatever their numbers are to a process
  int major = 0;     ///< compute capability
  int minor = 0;
  int multiprocessors = 0;
  std::size_t memory = 0;  ///< bytes
};
/// The devices that Shoal's kernels can use, or a sentence that says why nothing can be used.
struct CudaSurvey {
  std::vector<CudaDevice> devices;
  std::string why_none;
  std::string why_no_cudnn;  ///< why the engine cudnn cannot be had; empty where it can
};

inline constexpr const char* kCudaLibrary = "libshoal_cuda.so";
/// The exported functions, by the names to look up. The caller owns the backend, and deletes it before the
/// library is closed. Throws UsageError for options that make no sense and for a device that this build or
/// process cannot use, FailureError where there is none or it fails.
inline constexpr const char* kMakeCudaBackend = "shoal_make_cuda_backend";
using MakeCudaBackend = Backend* (*)(const CudaOptions& options);
/// Never throws for what it finds.
inline constexpr const char* kSurveyCuda = "shoal_survey_cuda";
using SurveyCuda = void (*)(CudaSurvey& survey);

}  // namespace shoal
