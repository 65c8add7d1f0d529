// Matrix products through cuBLAS: always the same call on the same shapes, so that bits do not change.
#pragma once

#include <cublas_v2.h>
#include <cuda_bf16.h>

#include <cstdint>
#include <string>

#include "buffers.hpp"
#include "stream.hpp"

namespace shoal {

/// Into how many parts the sum over `in` inputs is split: the most, up to eight, that leave whole multiples
/// of kChannelStep. It depends on the layer alone.
std::int64_t splits_of(std::int64_t in);

/// What cuBLAS may use for itself: as much as NVIDIA recommends for Hopper.
constexpr std::int64_t kProductsWorkspace = std::int64_t{32} << 20;

/// A cuBLAS handle bound to one stream, with a workspace of its own.
class Products {
 public:
  explicit Products(Stream& stream);
  ~Products();
  Products(const Products&) = delete;
  Products& operator=(const Products&) = delete;

  /// partial[s, n, o] = sum over part s of the inputs of w[o, i] x[n, i].
  /// x: (rows, in). weights: (out, in). partial: (splits_of(in), rows, out). Device memory; in, out are
  /// multiples of kChannelStep. float operands are never rounded to tf32.
  void multiply(const float* x, std::int64_t rows, std::int64_t in, const float* weights, std::int64_t out,
                float* partial);
  void multiply(const __nv_bfloat16* x, std::int64_t rows, std::int64_t in, const __nv_bfloat16* weights,
                std::int64_t out, float* partial);

 private:
  void multiply(const void* x, std::int64_t rows, std::int64_t in, const void* weights, std::int64_t out,
                float* partial, cudaDataType_t type, cublasComputeType_t compute);

  Stream& stream_;
  DeviceBuffer<unsigned char> workspace_;
  cublasHandle_t handle_ = nullptr;
};

/// For numeric identities; 0 where cuBLAS does not start.
int cublas_version();

}  // namespace shoal
