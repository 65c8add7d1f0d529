// Convolutions by cuDNN: the engine "cudnn". Nothing of cuDNN shows here.
#pragma once

#include <cuda_bf16.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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
  /// As much as the plans made so far need: once they are made, and before one of them runs.
  void allocate_workspace();
  /// As cuDNN numbers them (91900 is 9.19.0); 0 where there is none.
  [[nodiscard]] static std::int64_t version();
  /// Why there is no cuDNN, as a sentence; empty where there is.
  [[nodiscard]] static std::string why_none();

 private:
  friend class CudnnConvolution;
  Stream& stream_;
  std::unique_ptr<CudnnHandle> handle_;
  std::int64_t workspace_bytes_ = 0;
  DeviceBuffer<unsigned char> workspace_;
};

/// No plan may need more scratch memory than this.
constexpr std::int64_t kMostCudnnWorkspace = std::int64_t{256} << 20;

/// y = max(0, conv3x3(x) + bias), planned once for its shape.
class CudnnConvolution {
 public:
  /// The plans that cuDNN has for a shape, the fastest by its own guess first, `most` of them at most: those
  /// that promise the same bits each time, and float to be computed as such and not in tf32. bf16: the type
  /// of x, weights and y, else float. Whether the promises are kept is for others to see (cudnn_tuning.hpp).
  static std::vector<CudnnConvolution> offered(Cudnn& cudnn, const ConvolutionShape& shape, bool bf16,
                                               std::size_t most);
  /// The one of that name. Throws FailureError where cuDNN does not offer it for this shape on this device.
  CudnnConvolution(Cudnn& cudnn, const ConvolutionShape& shape, bool bf16, const std::string& plan);
  ~CudnnConvolution();
  CudnnConvolution(CudnnConvolution&&) noexcept;
  CudnnConvolution& operator=(CudnnConvolution&&) noexcept;

  /// Engine and knobs, as in "eng38{k2=1,k24=3}".
  [[nodiscard]] const std::string& plan() const;
  /// x: shape.from. weights: (out, 9 taps, channels). bias: (out) floats. y: shape.to(). Device memory.
  void run(const void* x, const void* weights, const float* bias, void* y);

 private:
  struct Plan;
  CudnnConvolution(Cudnn& cudnn, std::unique_ptr<Plan> plan);
  Cudnn* cudnn_;
  std::unique_ptr<Plan> plan_;
};

}  // namespace shoal
