// The emulated cuBLAS: results in either type, and calls that are refused.
#include <cublas_v2.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "kernels/on_device.hpp"

namespace shoal {
namespace {

constexpr int kSide = 64;

/// Before there are members that need one.
struct FreshMachine {
  FreshMachine() { emulator::restart(1); }
};

/// A square product of bfloat16 on a handle that is set up as kernels/ does it, but for what a test leaves
/// out.
class CublasProduct : public ::testing::Test, FreshMachine {
 protected:
  CublasProduct() {
    EXPECT_EQ(cublasCreate(&handle_), CUBLAS_STATUS_SUCCESS);
    cublasSetStream(handle_, stream_.get());
    cublasSetMathMode(handle_, CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION);
  }
  ~CublasProduct() override {
    stream_.settle();
    cublasDestroy(handle_);
  }

  void give_workspace() { cublasSetWorkspace(handle_, workspace_.data(), workspace_.bytes()); }
  template <class T>
  void multiply(DeviceBuffer<T>& to, cudaDataType_t type, int columns = kSide) {
    const float one = 1.0F;
    const float zero = 0.0F;
    cublasGemmStridedBatchedEx(handle_, CUBLAS_OP_T, CUBLAS_OP_N, kSide, columns, kSide, &one, a_.data(),
                               CUDA_R_16BF, kSide, 0, b_.data(), CUDA_R_16BF, kSide, 0, &zero, to.data(),
                               type, kSide, 0, 1, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
    stream_.synchronize();
  }

 private:
  DeviceBuffer<char> workspace_{4 << 20, "a test"};
  DeviceBuffer<__nv_bfloat16> a_ = on_device(made<__nv_bfloat16>(kSide * kSide, 1));
  DeviceBuffer<__nv_bfloat16> b_ = on_device(made<__nv_bfloat16>(kSide * kSide, 2));
  Stream stream_;
  cublasHandle_t handle_ = nullptr;
};

TEST_F(CublasProduct, InBfloat16IsThatInFloat32Rounded) {
  give_workspace();
  DeviceBuffer<float> wide(kSide * kSide, "a test");
  DeviceBuffer<__nv_bfloat16> narrow(kSide * kSide, "a test");
  multiply(wide, CUDA_R_32F);
  multiply(narrow, CUDA_R_16BF);
  EXPECT_TRUE(same_bits(from_device(narrow), to_bf16(from_device(wide))));
}

TEST_F(CublasProduct, HasOtherBitsInOtherShapes) {
  give_workspace();
  DeviceBuffer<float> whole(kSide * kSide, "a test");
  multiply(whole, CUDA_R_32F);
  const auto bits = from_device(whole);
  multiply(whole, CUDA_R_32F);
  EXPECT_TRUE(same_bits(from_device(whole), bits));
  bool same = true;
  for (int columns = 1; columns < 8; ++columns) {
    DeviceBuffer<float> part(kSide * columns, "a test");
    multiply(part, CUDA_R_32F, columns);
    const auto found = from_device(part);
    same = same && std::equal(found.begin(), found.end(), bits.begin());
  }
  EXPECT_FALSE(same);
}

template <class Body>
std::string refusal(const Body& body) {
  try {
    body();
  } catch (const emulator::Misuse& misuse) {
    return misuse.what();
  }
  return "nothing was refused";
}

TEST_F(CublasProduct, IsRefusedWithoutAWorkspaceAndBeyondItsMemory) {
  DeviceBuffer<float> wide(kSide * kSide, "a test");
  EXPECT_THAT(refusal([&] { multiply(wide, CUDA_R_32F); }), ::testing::HasSubstr("without a workspace"));
  give_workspace();
  DeviceBuffer<__nv_bfloat16> short_of_one(kSide * kSide - 1, "a test");
  EXPECT_THAT(refusal([&] { multiply(short_of_one, CUDA_R_16BF); }),
              ::testing::HasSubstr("C reaches beyond its memory"));
}

}  // namespace
}  // namespace shoal
