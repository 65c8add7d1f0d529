// The engine "cudnn": our calls, answered by the emulator's cuDNN, whose first proposals are all to be
// refused.
#include <gmock/gmock.h>

#include "backend.hpp"
#include "convolution.hpp"
#include "cudnn_convolution.hpp"
#include "made_network.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

const CudaOptions kCudnn{.engine = kEngineCudnn};

/// (out, taps, in) from our (taps, in, out).
template <class T>
std::vector<T> filters_of(const std::vector<T>& weights, std::int64_t in, std::int64_t out) {
  std::vector<T> filters;
  for (std::int64_t i = 0; i < 9 * in * out; ++i) {
    filters.push_back(weights[static_cast<std::size_t>((i / in % 9 * in + i % in) * out + i / in / 9)]);
  }
  return filters;
}

template <class T>
void expect_our_convolution(const ImageShape& shape, std::int64_t out, double tolerance) {
  const auto x = made<T>(shape.elements(), 1);
  const auto weights = made<T>(9 * shape.channels * out, 2, 0.5);
  const auto bias = made_floats(out, 3);
  under_seeds([&] {
    const auto device_x = on_device(x);
    const auto device_weights = on_device(weights);
    const auto device_filters = on_device(filters_of(weights, shape.channels, out));
    const auto device_bias = on_device(bias);
    DeviceBuffer<T> ours(shape.pixels() * out, "a test");
    DeviceBuffer<T> cudnns(shape.pixels() * out, "a test");
    Stream stream;
    Cudnn cudnn(stream);
    CudnnConvolution planned(cudnn, shape, out, std::is_same_v<T, __nv_bfloat16>);
    cudnn.allocate_workspace();
    convolution(device_x.data(), shape, device_weights.data(), device_bias.data(), out, ours.data(), stream);
    planned.run(device_x.data(), device_filters.data(), device_bias.data(), cudnns.data());
    stream.synchronize();
    const std::vector<float> expected = to_floats(from_device(ours));
    expect_near(from_device(cudnns), expected, tolerance);
  });
}

TEST(CudnnConvolution, AgreesWithOurs) {
  for (const ImageShape shape : {ImageShape{1, 1, 8}, {2, 7, 16}, {1, 9, 40}}) {
    SCOPED_TRACE(shape.side);
    expect_our_convolution<float>(shape, 24, 3e-6);
    expect_our_convolution<__nv_bfloat16>(shape, 24, 0x1p-7);
  }
}

TEST(CudnnConvolution, TakesNewBuffersAfterOthers) {
  emulator::restart(1);
  const ImageShape shape{1, 2, 8};
  const auto weights = on_device(std::vector<float>(9 * 8 * 8, 1.0F));
  const auto bias = on_device(std::vector<float>(8, 0.5F));
  Stream stream;
  Cudnn cudnn(stream);
  CudnnConvolution planned(cudnn, shape, 8, false);
  cudnn.allocate_workspace();
  std::vector<DeviceBuffer<float>> x;
  std::vector<DeviceBuffer<float>> y;
  for (const float value : {1.0F, 2.0F}) {
    x.push_back(on_device(std::vector<float>(32, value)));
    y.emplace_back(32, "a test");
    planned.run(x.back().data(), weights.data(), bias.data(), y.back().data());
  }
  stream.synchronize();
  EXPECT_EQ(from_device(y[0]), std::vector<float>(32, 32.5F));
  EXPECT_EQ(from_device(y[1]), std::vector<float>(32, 64.5F));
}

TEST(CudnnNetwork, AgreesWithOursInBothPrecisions) {
  MadeWeights weights;
  const auto pixels = made_bytes(2 * 20 * 20 * 3, 1);
  for (const Precision precision : {Precision::fp32, Precision::bf16}) {
    NetworkSpec spec = small_spec(20, 2);
    spec.precision = precision;
    under_seeds([&] {
      const auto ours = run(*cuda_backend()->compile(spec, weights.source()), pixels, 2);
      const auto network = cuda_backend(kCudnn)->compile(spec, weights.source());
      const auto found = run(*network, pixels, 2);
      EXPECT_LE(relative_error(found, ours, 2), precision == Precision::fp32 ? 2e-6 : 2e-2);
      EXPECT_TRUE(same_bits(run(*network, pixels, 2), found));
    });
  }
}

TEST(CudnnNetwork, EndsInASentenceWhicheverCallFails) {
  MadeWeights weights;
  NetworkSpec spec = small_spec(12, 1);
  spec.layers.resize(3);
  const auto pixels = made_bytes(12 * 12 * 3, 1);
  const auto use = [&] { return run(*cuda_backend(kCudnn)->compile(spec, weights.source()), pixels, 1); };
  emulator::restart(1);
  const auto expected = use();
  const std::uint64_t calls = emulator::calls();
  for (std::uint64_t number = 1; number <= calls; ++number) {
    emulator::restart(number);
    emulator::fail_call(number, cudaErrorLaunchFailure);
    try {
      EXPECT_TRUE(same_bits(use(), expected)) << "call " << number;
    } catch (const FailureError&) {
    }
    EXPECT_EQ(emulator::live_allocations(), 0U) << "call " << number;
  }
  emulator::restart(0);
}

TEST(CudnnBackend, NamesItsVersion) {
  emulator::restart(1);
  EXPECT_THAT(cuda_backend(kCudnn)->numeric_identity(), ::testing::HasSubstr("cudnn 91900"));
}

}  // namespace
}  // namespace shoal
