// cuBLAS by plain loops in double, after checks stricter than its own: this proves the calls, not the
// library.
#include <cublas_v2.h>
#include <cuda_bf16.h>

#include "random.hpp"
#include "world.hpp"

namespace emulator {

struct Blas {
  int device = 0;
  Stream* stream = nullptr;
  void* workspace = nullptr;
  std::size_t workspace_bytes = 0;
  cublasMath_t mode = CUBLAS_DEFAULT_MATH;
};

namespace {

constexpr std::size_t kLeastWorkspace = std::size_t{4}
                                        << 20;  // what NVIDIA recommends before Hopper; 32 MiB since

/// C = A^T B, column by column as cuBLAS sees them: a is (k, m), b is (k, n), c is (m, n).
struct Product {
  std::int64_t m, n, k;
  const void* a;
  std::int64_t lda, stride_a;
  const void* b;
  std::int64_t ldb, stride_b;
  void* c;
  std::int64_t ldc, stride_c, batch;
  bool bf16;         ///< the operands
  bool bf16_result;  ///< rounded once
};

void expect(bool right, const char* what) {
  if (!right) throw Misuse(std::string("cublasGemmStridedBatchedEx: ") + what);
}

bool aligned(const void* address, std::int64_t stride, std::size_t element) {
  return reinterpret_cast<std::uintptr_t>(address) % 16 == 0 &&
         static_cast<std::size_t>(stride) * element % 16 == 0;
}

/// Elements from the first of a batch to the end of the last.
std::size_t reach(std::int64_t rows, std::int64_t columns, std::int64_t ld, std::int64_t stride,
                  std::int64_t batch) {
  return static_cast<std::size_t>((batch - 1) * stride + (columns - 1) * ld + rows);
}

void check(const Product& p, const Arena& arena) {
  const std::size_t element = p.bf16 ? 2 : 4;
  const std::size_t result = p.bf16_result ? 2 : 4;
  expect(p.m > 0 && p.n > 0 && p.k > 0 && p.batch > 0, "a dimension is not positive");
  expect(p.lda >= p.k && p.ldb >= p.k && p.ldc >= p.m, "a leading dimension is below its rows");
  expect(p.batch == 1 || p.stride_c >= p.ldc * (p.n - 1) + p.m, "the results of a batch overlap");
  expect(aligned(p.a, p.stride_a, element) && aligned(p.b, p.stride_b, element) &&
             aligned(p.c, p.stride_c, result),
         "an operand is not aligned to 16 bytes, which its fast kernels need");
  expect(arena.holds(p.a, reach(p.k, p.m, p.lda, p.stride_a, p.batch) * element),
         "A reaches beyond its memory");
  expect(arena.holds(p.b, reach(p.k, p.n, p.ldb, p.stride_b, p.batch) * element),
         "B reaches beyond its memory");
  expect(arena.holds(p.c, reach(p.m, p.n, p.ldc, p.stride_c, p.batch) * result),
         "C reaches beyond its memory");
}

double number(const void* values, std::int64_t at, bool bf16) {
  if (bf16) return static_cast<double>(__bfloat162float(static_cast<const __nv_bfloat16*>(values)[at]));
  return static_cast<double>(static_cast<const float*>(values)[at]);
}

/// cuBLAS chooses among its kernels by a product's shape, and each adds up in an order of its own: results of
/// one shape are equal, those of two are not.
std::int64_t parts_of_sum(const Product& p) {
  const std::int64_t shape = ((p.m * 31 + p.n) * 31 + p.k) * 31 + p.batch;
  return 1 + static_cast<std::int64_t>(Random(static_cast<std::uint64_t>(shape)).below(4));
}

/// Element (row, column) of a batch's product, each part added up in double and rounded.
float sum_of_products(const Product& p, std::int64_t parts, std::int64_t batch, std::int64_t row,
                      std::int64_t column) {
  const std::int64_t a = batch * p.stride_a + row * p.lda;
  const std::int64_t b = batch * p.stride_b + column * p.ldb;
  float sum = 0.0F;
  for (std::int64_t part = 0; part < parts; ++part) {
    double partial = 0.0;
    for (std::int64_t i = part * p.k / parts; i < (part + 1) * p.k / parts; ++i) {
      partial += number(p.a, a + i, p.bf16) * number(p.b, b + i, p.bf16);
    }
    sum += static_cast<float>(partial);
  }
  return sum;
}

void multiply(const Product& p) {
  const std::int64_t parts = parts_of_sum(p);
  for (std::int64_t batch = 0; batch < p.batch; ++batch) {
    for (std::int64_t column = 0; column < p.n; ++column) {
      for (std::int64_t row = 0; row < p.m; ++row) {
        const float sum = sum_of_products(p, parts, batch, row, column);
        const std::int64_t at = batch * p.stride_c + column * p.ldc + row;
        if (p.bf16_result) {
          static_cast<__nv_bfloat16*>(p.c)[at] = __float2bfloat16_rn(sum);
        } else {
          static_cast<float*>(p.c)[at] = sum;
        }
      }
    }
  }
}

cublasStatus_t begin(cublasStatus_t failed = CUBLAS_STATUS_EXECUTION_FAILED) {
  return begin_call() == cudaSuccess ? CUBLAS_STATUS_SUCCESS : failed;
}

}  // namespace
}  // namespace emulator

using emulator::Lock;
using emulator::world;

const char* cublasGetStatusName(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS:
      return "CUBLAS_STATUS_SUCCESS";
    case CUBLAS_STATUS_NOT_INITIALIZED:
      return "CUBLAS_STATUS_NOT_INITIALIZED";
    case CUBLAS_STATUS_ALLOC_FAILED:
      return "CUBLAS_STATUS_ALLOC_FAILED";
    case CUBLAS_STATUS_INVALID_VALUE:
      return "CUBLAS_STATUS_INVALID_VALUE";
    default:
      return "CUBLAS_STATUS_EXECUTION_FAILED";
  }
}

cublasStatus_t cublasCreate(cublasHandle_t* handle) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin(CUBLAS_STATUS_NOT_INITIALIZED)) return status;
  *handle = new emulator::Blas{emulator::current_device()};
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle) {
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  emulator::check_stream(stream, "cublasSetStream");
  *handle = {handle->device, stream, nullptr, 0, handle->mode};  // it forgets the workspace, as cuBLAS does
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void* workspace, std::size_t bytes) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  emulator::expect(emulator::current_arena().holds(workspace, bytes), "the workspace is not device memory");
  handle->workspace = workspace;
  handle->workspace_bytes = bytes;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  handle->mode = mode;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGetProperty(libraryPropertyType type, int* value) {
  *value = type == MAJOR_VERSION ? 13 : 0;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t op_a,
                                          cublasOperation_t op_b, int m, int n, int k, const void* alpha,
                                          const void* a, cudaDataType_t type_a, int lda, long long stride_a,
                                          const void* b, cudaDataType_t type_b, int ldb, long long stride_b,
                                          const void* beta, void* c, cudaDataType_t type_c, int ldc,
                                          long long stride_c, int batch, cublasComputeType_t compute,
                                          cublasGemmAlgo_t) {
  using emulator::expect;
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  emulator::check_stream(handle->stream, "cublasGemmStridedBatchedEx");
  expect(handle->workspace_bytes >= emulator::kLeastWorkspace,
         "without a workspace of its own its results may differ from run to run");
  expect(op_a == CUBLAS_OP_T && op_b == CUBLAS_OP_N, "only A transposed, B plain is emulated");
  expect(type_a == type_b && (type_c == CUDA_R_32F || type_c == type_a),
         "only equal operands, and results in float32 or as the operands, are emulated");
  const bool bf16 = type_a == CUDA_R_16BF;
  expect(bf16 ? compute == CUBLAS_COMPUTE_32F : compute == CUBLAS_COMPUTE_32F_PEDANTIC,
         "float32 operands want the pedantic type, or they may be rounded to tf32");
  expect(!bf16 || handle->mode == CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION,
         "bfloat16 operands may be added up in bfloat16 in this mode");
  expect(*static_cast<const float*>(alpha) == 1.0F && *static_cast<const float*>(beta) == 0.0F,
         "only alpha 1 and beta 0 are emulated");
  const emulator::Product product{
      m, n, k, a, lda, stride_a, b, ldb, stride_b, c, ldc, stride_c, batch, bf16, type_c == CUDA_R_16BF};
  const emulator::Arena& arena = emulator::current_arena();
  emulator::check(product, arena);
  emulator::enqueue(handle->stream, {"cublasGemmStridedBatchedEx", {}, [product, &arena] {
                                       emulator::check(product, arena);
                                       emulator::multiply(product);
                                     }});
  return CUBLAS_STATUS_SUCCESS;
}
