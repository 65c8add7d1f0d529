// cuDNN's functions, looked up when they are first needed. The library is opened at run time because a
// machine without cuDNN must still run our own kernels: linked to it, the CUDA library would not open there
// at all.
#pragma once

#include <cudnn.h>

#include <string>

namespace shoal {

struct CudnnFunctions {
  decltype(&::cudnnGetVersion) get_version = nullptr;
  decltype(&::cudnnGetErrorString) get_error_string = nullptr;
  decltype(&::cudnnCreate) create = nullptr;
  decltype(&::cudnnDestroy) destroy = nullptr;
  decltype(&::cudnnSetStream) set_stream = nullptr;
  decltype(&::cudnnBackendCreateDescriptor) create_descriptor = nullptr;
  decltype(&::cudnnBackendDestroyDescriptor) destroy_descriptor = nullptr;
  decltype(&::cudnnBackendFinalize) finalize = nullptr;
  decltype(&::cudnnBackendSetAttribute) set_attribute = nullptr;
  decltype(&::cudnnBackendGetAttribute) get_attribute = nullptr;
  decltype(&::cudnnBackendExecute) execute = nullptr;
};

struct CudnnLibrary {
  CudnnFunctions functions;
  std::string why_none;  ///< empty where the functions are there
};
/// Opened once. Never throws.
const CudnnLibrary& cudnn_library();

/// The functions. Throws FailureError where there is no cuDNN.
const CudnnFunctions& cudnn();

}  // namespace shoal
