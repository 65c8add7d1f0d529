// cuBLAS, and nothing else that sees it.
#include "products.hpp"

#include <fmt/format.h>

#include "image_shape.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

void check_cublas(cublasStatus_t status, const char* call) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  if (status == CUBLAS_STATUS_ALLOC_FAILED) {
    throw ResourceError(fmt::format(
        "the GPU's memory does not suffice for {}; run fewer ranks on each GPU, or with --device cpu", call));
  }
  throw FailureError(
      fmt::format("cuBLAS failed in {}: {}; run the same command again, it goes on from what is "
                  "finished",
                  call, cublasGetStatusName(status)));
}

}  // namespace

std::int64_t splits_of(std::int64_t in) {
  for (std::int64_t splits = 8; splits > 1; --splits) {
    if (in % (splits * kChannelStep) == 0) return splits;
  }
  return 1;
}

Products::Products(Stream& stream) : stream_(stream), workspace_(kProductsWorkspace, "cuBLAS's workspace") {
  check_cublas(cublasCreate(&handle_), "cublasCreate");
  try {
    check_cublas(cublasSetStream(handle_, stream.get()), "cublasSetStream");
    check_cublas(cublasSetWorkspace(handle_, workspace_.data(), workspace_.bytes()), "cublasSetWorkspace");
    check_cublas(cublasSetMathMode(handle_, CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION),
                 "cublasSetMathMode");
  } catch (...) {
    cublasDestroy(handle_);
    throw;
  }
}

Products::~Products() { cublasDestroy(handle_); }

void Products::multiply(const float* x, std::int64_t rows, std::int64_t in, const float* weights,
                        std::int64_t out, float* partial) {
  multiply(x, rows, in, weights, out, partial, CUDA_R_32F, CUBLAS_COMPUTE_32F_PEDANTIC);
}

void Products::multiply(const __nv_bfloat16* x, std::int64_t rows, std::int64_t in,
                        const __nv_bfloat16* weights, std::int64_t out, float* partial) {
  multiply(x, rows, in, weights, out, partial, CUDA_R_16BF, CUBLAS_COMPUTE_32F);
}

/// cuBLAS counts columns first: our (out, in) is its (in, out), our result its (out, rows).
void Products::multiply(const void* x, std::int64_t rows, std::int64_t in, const void* weights,
                        std::int64_t out, float* partial, cudaDataType_t type, cublasComputeType_t compute) {
  const std::int64_t splits = splits_of(in);
  const std::int64_t part = in / splits;
  const float one = 1.0F;
  const float zero = 0.0F;
  check_cublas(cublasGemmStridedBatchedEx(handle_, CUBLAS_OP_T, CUBLAS_OP_N, static_cast<int>(out),
                                          static_cast<int>(rows), static_cast<int>(part), &one, weights, type,
                                          static_cast<int>(in), part, x, type, static_cast<int>(in), part,
                                          &zero, partial, CUDA_R_32F, static_cast<int>(out), rows * out,
                                          static_cast<int>(splits), compute, CUBLAS_GEMM_DEFAULT),
               "cublasGemmStridedBatchedEx");
  stream_.mark_call("a product of cuBLAS's");
}

int cublas_version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  check_cublas(cublasGetProperty(MAJOR_VERSION, &major), "cublasGetProperty");
  check_cublas(cublasGetProperty(MINOR_VERSION, &minor), "cublasGetProperty");
  check_cublas(cublasGetProperty(PATCH_LEVEL, &patch), "cublasGetProperty");
  return major * 10000 + minor * 100 + patch;
}

}  // namespace shoal
