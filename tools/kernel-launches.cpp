// For tools/kernel-resources: calls each launcher of kernels/, on machines without a GPU too, and prints how
// each kernel would be started: its mangled name, threads of a block, bytes of dynamic shared memory. The
// launchers' calls of the CUDA runtime end here and no kernel runs, so that pointers may be null. Shapes are
// VGG16's, and those of the clustering in docs/performance.md, as some kernels' shared memory depends on
// them.
#include <cuda_runtime.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "average_pool.hpp"
#include "convolution.hpp"
#include "cuda_error.hpp"
#include "first_convolution.hpp"
#include "fully_connected.hpp"
#include "max_pool.hpp"
#include "nearest_dense.hpp"
#include "nearest_sparse.hpp"
#include "potentials.hpp"
#include "sums_by_label.hpp"

// ---- What the CUDA runtime and the rest of kernels/ would do

/// The mangled name of each kernel, by the host's function that stands for it.
static std::map<const void*, const char*>& kernels() {
  static std::map<const void*, const char*> names;
  return names;
}

extern "C" {
/// What nvcc makes of each file calls this before main.
void __cudaRegisterFunction(void**, const char* host_function, char*, const char* name, int, uint3*, uint3*,
                            dim3*, dim3*, int*) {
  kernels()[host_function] = name;
}
cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t* config, const void* kernel, void**) {
  const dim3& block = config->blockDim;
  std::printf("%s %u %zu\n", kernels().at(kernel), block.x * block.y * block.z, config->dynamicSmemBytes);
  return cudaSuccess;
}
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes*, const void*) { return cudaSuccess; }
cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute, int) { return cudaSuccess; }
cudaError_t cudaStreamCreateWithFlags(cudaStream_t*, unsigned) { return cudaSuccess; }
cudaError_t cudaMemsetAsync(void*, int, std::size_t, cudaStream_t) { return cudaSuccess; }
cudaError_t cudaHostAlloc(void** memory, std::size_t, unsigned) {
  static std::uint64_t word = 0;
  *memory = &word;
  return cudaSuccess;
}
cudaError_t cudaHostGetDevicePointer(void** there, void* here, unsigned) {
  *there = here;
  return cudaSuccess;
}
cudaError_t cudaFreeHost(void*) { return cudaSuccess; }
}

namespace shoal {
void check_cuda(cudaError_t, const char*) {}
void check_pinned_allocation(cudaError_t, std::size_t, const char*) {}
void report_cuda(cudaError_t, const char*) noexcept {}
const std::string& kernel_name(const void*) {
  static const std::string none;
  return none;
}
void Stream::mark(const Trail::Work& work) { static_cast<void>(trail_->mark(stream_, work)); }
void Stream::check(cudaError_t, const char*) {}
void Stream::tell_of_launch(cudaError_t, const std::string&) { std::abort(); }
Stream::~Stream() = default;
}  // namespace shoal

// ---- The launchers

namespace {

using namespace shoal;
using Bf16 = __nv_bfloat16;

constexpr std::int64_t kImages = 128;
constexpr std::int64_t kHidden = 4096;
constexpr std::int64_t kClasses = 1000;
constexpr std::int64_t kPooledSide = 7;
constexpr ImageShape kWide{kImages, 224, 64};
constexpr ImageShape kDeep{kImages, 14, 512};

template <class T>
void layers_of(Stream& stream) {
  first_convolution<T>(nullptr, {}, nullptr, nullptr, kWide, nullptr, stream);
  first_convolution_naive<T>(nullptr, {}, nullptr, nullptr, kWide, nullptr, stream);
  normalise_pixels<T>(nullptr, {}, kWide, nullptr, stream);
  // A convolution's kernel depends on the channels that it makes.
  for (const ImageShape& shape : {kWide, kDeep}) {
    convolution(static_cast<const T*>(nullptr), shape, static_cast<const T*>(nullptr), nullptr,
                shape.channels, static_cast<T*>(nullptr), stream);
  }
  convolution_naive<T>(nullptr, kDeep, nullptr, nullptr, kDeep.channels, nullptr, stream);
  max_pool<T>(nullptr, kWide, nullptr, stream);
  max_pool_naive<T>(nullptr, kWide, nullptr, stream);
  adaptive_average_pool<T>(nullptr, kDeep, kPooledSide, nullptr, stream);
  to_planes<T>(nullptr, kDeep, kDeep.channels, nullptr, stream);
  finish_fully_connected<T>(nullptr, 8, kImages, kHidden, nullptr, true, nullptr, stream);
  fully_connected_naive<T>(nullptr, kImages, kHidden, nullptr, nullptr, kHidden, true, nullptr, stream);
}

/// Bf16 takes another kernel for few centroids; sums, for columns that are no multiple of four.
void clusterings(std::int64_t k, std::int64_t columns, Stream& stream) {
  constexpr std::int64_t kRows = 1'000'000;
  DeviceCentroids centroids;
  centroids.k = k;
  centroids.columns = columns;
  DeviceDense dense;
  dense.rows = kRows;
  DeviceCsr sparse;
  sparse.rows = kRows;
  square_centroids(centroids, stream);
  round_centroids(centroids, stream);
  nearest_dense(dense, centroids, DenseScores::fp32, {}, stream);
  nearest_dense(dense, centroids, DenseScores::bf16, {}, stream);
  nearest_dense_naive(dense, centroids, {}, stream);
  transpose_centroids(nullptr, k, columns, nullptr, stream);
  nearest_sparse(sparse, nullptr, nullptr, k, nullptr, nullptr, stream);
  nearest_sparse_naive(sparse, nullptr, nullptr, k, nullptr, nullptr, stream);
  dense_potentials(nullptr, kRows, columns, nullptr, 12, {}, stream);  // eight, and four
  dense_potentials_naive(nullptr, kRows, columns, nullptr, 8, {}, stream);
  sparse_potentials(sparse, nullptr, nullptr, 8, {}, stream);
  sparse_potentials_naive(sparse, nullptr, nullptr, 8, {}, stream);
  add_dense_by_label(nullptr, kRows, columns, nullptr, k, {}, 1.0, nullptr, stream);
  add_dense_by_label_naive(nullptr, kRows, columns, nullptr, 1.0, nullptr, stream);
  add_sparse_by_label(sparse, columns, nullptr, 1.0, nullptr, stream);
}

}  // namespace

int main() {
  Stream stream;
  layers_of<float>(stream);
  layers_of<Bf16>(stream);
  softmax(nullptr, kImages, kClasses, kClasses, stream);
  clusterings(1000, 4096, stream);
  clusterings(64, 4095, stream);
}
