// Whole networks on the emulated GPU against the CPU backend.
#include "backend.hpp"
#include "made_network.hpp"
#include "network_plan.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "support/cuda_engines.hpp"

namespace shoal {
namespace {

std::vector<float> on_cpu(NetworkSpec spec, MadeWeights& weights, std::span<const std::uint8_t> pixels) {
  spec.precision = Precision::fp32;
  const auto backend = make_cpu_backend({1, detect_instruction_level()});
  return run(*backend->compile(spec, weights.source()), pixels, spec.tile_images);
}

/// number: where it is one of many like cases.
void expect_cpu_features(const NetworkSpec& spec, std::optional<std::uint64_t> number = std::nullopt) {
  MadeWeights weights;
  const auto pixels = made_bytes(spec.tile_images * spec.side * spec.side * 3, 2);
  const auto expected = on_cpu(spec, weights, pixels);
  under_a_seed(number, [&] {
    const auto backend = cuda_backend();
    const auto network = backend->compile(spec, weights.source());
    const auto found = run(*network, pixels, spec.tile_images);
    ASSERT_EQ(found.size(), expected.size());
    if (spec.precision == Precision::fp32) {
      EXPECT_LE(relative_error(found, expected, spec.tile_images), 1e-5);
    } else {
      EXPECT_GE(cosine(found, expected, spec.tile_images), 0.9999);
      EXPECT_GT(relative_error(found, expected, spec.tile_images), 1e-5) << "this is float32";
    }
  });
}

TEST(CudaNetwork, AgreesWithTheCpu) {
  for (const std::int64_t side : {28, 31}) {
    SCOPED_TRACE(side);
    expect_cpu_features(small_spec(side, 3));
  }
}

TEST(CudaNetwork, AgreesWithTheCpuInBfloat16) {
  NetworkSpec spec = small_spec(30, 2);
  spec.precision = Precision::bf16;
  expect_cpu_features(spec);
}

TEST(CudaNetwork, CanEndWithAnyLayer) {
  for (std::size_t layers = 1; layers <= 8; ++layers) {
    SCOPED_TRACE(layers);
    for (const Precision precision : {Precision::fp32, Precision::bf16}) {
      NetworkSpec spec = small_spec(18, 2);
      spec.precision = precision;
      spec.layers.resize(layers);
      if (layers == 1 && precision == Precision::bf16)
        continue;  // it has no operands in bfloat16 to speak of
      expect_cpu_features(spec, layers);
    }
  }
}

TEST(CudaNetwork, CanBeginWithAnyLayer) {
  NetworkSpec spec = small_spec(20, 2);
  spec.layers = {MaxPool{}, Convolution{"c1", "b1", 16}, AdaptiveAveragePool{3}};
  expect_cpu_features(spec);
  spec.layers = {FullyConnected{"f1", "g1", 5, true}};
  expect_cpu_features(spec);
}

TEST(CudaNetwork, CanEndWithProbabilities) {
  NetworkSpec spec = small_spec(20, 2);
  spec.layers.emplace_back(Softmax{});
  expect_cpu_features(spec);
}

TEST(CudaNetwork, TakesPixelsInTheOrderAndRangeAsked) {
  NetworkSpec spec = small_spec(20, 2);
  spec.normalisation = {{103.9F, 116.8F, 123.7F}, {1.0F, 1.0F, 1.0F}, 1.0F, true};
  expect_cpu_features(spec);
}

/// VGG16 with widths divided by 16, from 64 x 64 pixels to fc8.
NetworkSpec narrow_vgg16() {
  NetworkSpec spec;
  spec.tile_images = 2;
  spec.side = 64;
  spec.normalisation = {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}};
  std::string name = "c";
  for (const std::int64_t width : {4, 4, 0, 8, 8, 0, 16, 16, 16, 0, 32, 32, 32, 0, 32, 32, 32, 0}) {
    if (width == 0) {
      spec.layers.emplace_back(MaxPool{});
    } else {
      spec.layers.emplace_back(Convolution{name += 'c', name + "b", width});
    }
  }
  spec.layers.insert(spec.layers.end(),
                     {AdaptiveAveragePool{7}, FullyConnected{"f1", "g1", 256, true},
                      FullyConnected{"f2", "g2", 256, true}, FullyConnected{"f3", "g3", 1000}});
  return spec;
}

TEST(CudaNetwork, AgreesWithTheCpuOverAllOfVgg16) {
  NetworkSpec spec = narrow_vgg16();
  expect_cpu_features(spec, 1);
  spec.precision = Precision::bf16;
  expect_cpu_features(spec, 2);
}

TEST(CudaNetwork, GivesAnImageTheSameBitsAtEveryPlaceBesideAnyNeighbours) {
  constexpr std::int64_t kSide = 20;
  constexpr std::ptrdiff_t kImage = kSide * kSide * 3;
  MadeWeights weights;
  emulator::restart(1);
  for (const Precision precision : {Precision::fp32, Precision::bf16}) {
    NetworkSpec spec = small_spec(kSide, 4);
    spec.precision = precision;
    const auto backend = cuda_backend();
    const auto network = backend->compile(spec, weights.source());
    const auto image = made_bytes(kImage, 99);
    std::vector<float> first;
    for (std::ptrdiff_t place = 0; place < 4; ++place) {
      auto pixels = made_bytes(4 * kImage, static_cast<std::uint64_t>(place));
      std::copy(image.begin(), image.end(), pixels.begin() + place * kImage);
      const auto features = run(*network, pixels, 4);
      const auto at = features.begin() + place * network->features();
      const std::vector<float> here(at, at + network->features());
      if (first.empty()) first = here;
      EXPECT_TRUE(same_bits(here, first)) << "at place " << place;
    }
  }
}

TEST(CudaNetwork, GivesTheSameBitsWithAllWorkersAtOnceUnderAnyOrderOfStreams) {
  MadeWeights weights;
  std::vector<std::vector<std::uint8_t>> tiles;
  for (std::uint64_t i = 0; i < 9; ++i) tiles.push_back(made_bytes(2 * 18 * 18 * 3, i));
  std::vector<std::vector<float>> expected(tiles.size());
  under_seeds([&] {
    const auto backend = cuda_backend();
    const auto network = backend->compile(small_spec(18, 2), weights.source());
    ASSERT_EQ(network->workers(), 3);
    std::vector<std::vector<float>> found(tiles.size());
    parallel_for_workers(tiles.size(), 3, [&](std::size_t piece, int worker) {
      found[piece] = run(*network, tiles[piece], 2, worker);
    });
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      if (expected[i].empty()) expected[i] = run(*network, tiles[i], 2);
      EXPECT_TRUE(same_bits(found[i], expected[i])) << "tile " << i;
    }
  });
}

TEST(CudaNetwork, GivesTheSameBitsOnAnyDevice) {
  MadeWeights weights;
  emulator::restart(1, {.count = 3});
  const auto pixels = made_bytes(2 * 18 * 18 * 3, 1);
  int devices = 0;
  ASSERT_EQ(cudaGetDeviceCount(&devices), cudaSuccess);
  if (devices == 1) GTEST_SKIP() << "there is one GPU, and this test compares several";
  for (const std::string& engine : testing::cuda_engines()) {
    for (const Precision precision : {Precision::fp32, Precision::bf16}) {
      NetworkSpec spec = small_spec(18, 2);
      spec.precision = precision;
      // Measured once, as rank 0 does for all.
      spec.plans = cuda_backend({.engine = engine})->tune(spec);
      std::vector<float> first;
      for (int device = 0; device < devices; ++device) {
        const auto backend = cuda_backend({.device = device, .engine = engine});
        const auto network = backend->compile(spec, weights.source());
        cudaSetDevice(0);
        const auto found = run(*network, pixels, 2);
        if (first.empty()) first = found;
        EXPECT_TRUE(same_bits(found, first)) << "device " << device << ", " << engine;
      }
    }
  }
}

TEST(CudaNetwork, AllocatesNothingOnceItIsCompiledAndWhatWasForecastBefore) {
  SHOAL_NEEDS_EMULATOR();
  for (const Precision precision : {Precision::fp32, Precision::bf16}) {
    NetworkSpec spec = small_spec(18, 2);
    spec.precision = precision;
    MadeWeights weights;
    emulator::restart(1);
    const auto backend = cuda_backend();
    const auto network = backend->compile(spec, weights.source());
    EXPECT_EQ(static_cast<std::int64_t>(emulator::device_bytes()),
              plan_network(spec).device_bytes(spec, CudaOptions{}.tiles_in_flight));
    const std::uint64_t allocations = emulator::allocations();
    run(*network, made_bytes(2 * 18 * 18 * 3, 1), 2);
    EXPECT_EQ(emulator::allocations(), allocations);
  }
}

TEST(CudaNetwork, RefusesListsOfLayersThatMakeNone) {
  MadeWeights weights;
  emulator::restart(1);
  const auto backend = cuda_backend();
  NetworkSpec spec = small_spec(28, 1);
  const auto refused = [&](std::vector<Layer> layers) {
    spec.layers = std::move(layers);
    EXPECT_THROW(backend->compile(spec, weights.source()), FailureError);
  };
  auto layers = spec.layers;
  layers.emplace_back(MaxPool{});
  refused(layers);
  refused({MaxPool{}, Softmax{}});
  refused(std::vector<Layer>(6, MaxPool{}));
  refused({});
  spec = small_spec(28, 1);
  spec.precision = Precision::fp32_winograd;
  EXPECT_THROW(backend->compile(spec, weights.source()), UsageError);
}

}  // namespace
}  // namespace shoal
