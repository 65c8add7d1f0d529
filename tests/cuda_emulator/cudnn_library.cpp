// In place of kernels/cudnn_library.cpp: the emulated cuDNN, where the emulated machine has one.
#include "../../kernels/cudnn_library.hpp"

#include "world.hpp"

namespace shoal {

const CudnnLibrary& cudnn_library() {
  static const CudnnLibrary there{
      {cudnnGetVersion, cudnnGetErrorString, cudnnCreate, cudnnDestroy, cudnnSetStream,
       cudnnBackendCreateDescriptor, cudnnBackendDestroyDescriptor, cudnnBackendFinalize,
       cudnnBackendSetAttribute, cudnnBackendGetAttribute, cudnnBackendExecute},
      ""};
  static const CudnnLibrary absent{{}, "there is no cuDNN 9 on this machine (libcudnn.so.9 was not found)"};
  return emulator::world().devices.cudnn == emulator::Cudnn::absent ? absent : there;
}

}  // namespace shoal
