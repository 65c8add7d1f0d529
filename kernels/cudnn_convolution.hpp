// Convolutions by cuDNN: the engine "cudnn". Nothing of cuDNN shows here.
#pragma once

#include <cuda_bf16.h>

#include <cstdint>
#include <memory>

#include "buffers.hpp"
#include "image_shape.hpp"
#include "stream.hpp"

namespace shoal {

class CudnnHandle;

/// cuDNN on one stream, with the scratch memory that its convolutions share.
class Cudnn {
 public:
  explicit Cudnn(Stream& stream);
  ~Cudnn();
  /// Once all convolutions have been planned, and before one runs.
  void allocate_workspace();
  [[nodiscard]] static std::int64_t version();

 private:
  friend class CudnnConvolution;
  std::unique_ptr<CudnnHandle> handle_;
  std::int64_t workspace_bytes_ = 0;
  DeviceBuffer<unsigned char> workspace_;
};

/// No plan may need more scratch memory than this.
constexpr std::int64_t kMostCudnnWorkspace = std::int64_t{256} << 20;

/// y = max(0, conv3x3(x) + bias), planned once for its shape.
class CudnnConvolution {
 public:
  /// shape: of x, channels filled up. bf16: the type of x, weights and y; else float, computed as such and
  /// not in tf32. Throws FailureError where cuDNN has no engine that gives the same bits each time.
  CudnnConvolution(Cudnn& cudnn, const ImageShape& shape, std::int64_t out, bool bf16);
  ~CudnnConvolution();
  CudnnConvolution(CudnnConvolution&&) noexcept;

  /// x: shape. weights: (out, 9 taps, channels). bias: (out) floats. y: (images, side, side, out). Device
  /// memory.
  void run(const void* x, const void* weights, const float* bias, void* y);

 private:
  struct Plan;
  Cudnn& cudnn_;
  std::unique_ptr<Plan> plan_;
};

}  // namespace shoal
