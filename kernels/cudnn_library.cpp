// Opens cuDNN 9 where the dynamic linker finds it. The tests' emulator has a file of its own in place of
// this.
#include "cudnn_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

namespace shoal {
namespace {

constexpr const char* kCudnnLibrary = "libcudnn.so.9";
static_assert(CUDNN_MAJOR == 9, "the library's name says which headers its functions have");

CudnnLibrary open_cudnn() {
  CudnnLibrary opened;
  // It stays open: the GPU may be at work in it until the process ends.
  void* const library = ::dlopen(kCudnnLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const reason = ::dlerror();
    opened.why_none = fmt::format("there is no cuDNN 9 on this machine ({})",
                                  reason != nullptr ? reason : "for no reason given");
    return opened;
  }
  const auto look_up = [&]<class Function>(Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function == nullptr) opened.why_none = fmt::format("{} has no function {}", kCudnnLibrary, name);
  };
  CudnnFunctions& functions = opened.functions;
  look_up(functions.get_version, "cudnnGetVersion");
  look_up(functions.get_error_string, "cudnnGetErrorString");
  look_up(functions.create, "cudnnCreate");
  look_up(functions.destroy, "cudnnDestroy");
  look_up(functions.set_stream, "cudnnSetStream");
  look_up(functions.create_descriptor, "cudnnBackendCreateDescriptor");
  look_up(functions.destroy_descriptor, "cudnnBackendDestroyDescriptor");
  look_up(functions.finalize, "cudnnBackendFinalize");
  look_up(functions.set_attribute, "cudnnBackendSetAttribute");
  look_up(functions.get_attribute, "cudnnBackendGetAttribute");
  look_up(functions.execute, "cudnnBackendExecute");
  return opened;
}

}  // namespace

const CudnnLibrary& cudnn_library() {
  static const CudnnLibrary library = open_cudnn();
  return library;
}

}  // namespace shoal
