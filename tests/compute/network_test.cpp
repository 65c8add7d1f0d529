// Networks against plain loops in double, and the promise that an image's features are its own.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <thread>

#include "compute/softmax.hpp"
#include "plain_network.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/random.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/compute/raw_pixels.hpp"

namespace shoal {
namespace {

constexpr Normalisation kNormalisation{{0.4F, 0.5F, 0.6F}, {0.2F, 0.25F, 0.3F}};

/// Two groups of convolutions, an average whose windows overlap, and two fully connected layers with odd
/// widths.
NetworkSpec small_spec(std::int64_t side, std::int64_t tile) {
  return {tile,
          side,
          kNormalisation,
          {Convolution{"c1", "b1", 16}, Convolution{"c2", "b2", 24}, MaxPool{}, Convolution{"c3", "b3", 40},
           MaxPool{}, AdaptiveAveragePool{7}, FullyConnected{"f1", "g1", 301, true},
           FullyConnected{"f2", "g2", 33, false}}};
}

std::vector<std::uint8_t> random_pixels(std::int64_t images, std::int64_t side, std::uint64_t seed) {
  const RandomStream draws(seed, "pixels");
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(images * side * side * 3));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(draws.bits(0, i));
  return pixels;
}

CpuOptions options(int threads) { return {threads, detect_instruction_level()}; }

std::vector<float> run(Network& network, std::span<const std::uint8_t> pixels, std::int64_t tile,
                       int worker = 0) {
  std::vector<float> features(static_cast<std::size_t>(tile * network.features()));
  network.forward(pixels, features, worker);
  return features;
}

/// |a - b| / |b|
double relative_error(std::span<const float> a, const std::vector<double>& b) {
  double difference = 0.0;
  double norm = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - b[i], 2);
    norm += b[i] * b[i];
  }
  return std::sqrt(difference / norm);
}

/// bound: on the error of each image.
void expect_reference(const NetworkSpec& spec, double bound = 1e-6) {
  MadeWeights weights;
  const auto network = make_cpu_backend(options(1))->compile(spec, weights.source());
  const auto pixels = random_pixels(spec.tile_images, spec.side, 2);
  const auto features = run(*network, pixels, spec.tile_images);
  const auto numbers = static_cast<std::size_t>(network->features());
  const auto image_bytes = static_cast<std::size_t>(spec.side * spec.side * 3);
  for (std::size_t i = 0; i < static_cast<std::size_t>(spec.tile_images); ++i) {
    const auto expected = reference(spec, weights, std::span(pixels).subspan(i * image_bytes, image_bytes));
    ASSERT_EQ(expected.size(), numbers);
    EXPECT_LT(relative_error(std::span(features).subspan(i * numbers, numbers), expected), bound)
        << "image " << i;
  }
}

TEST(Network, AgreesWithPlainLoops) {
  for (const std::int64_t side : {28, 31, 37, 20}) expect_reference(small_spec(side, 3));
}

/// Widths that every kernel has.
NetworkSpec even_spec(Precision precision) {
  NetworkSpec spec{
      3,
      32,
      kNormalisation,
      {Convolution{"c1", "b1", 32}, Convolution{"c2", "b2", 32}, MaxPool{}, Convolution{"c3", "b3", 64},
       MaxPool{}, AdaptiveAveragePool{7}, FullyConnected{"f1", "g1", 301, true}}};
  spec.precision = precision;
  return spec;
}

class NetworkPrecisionTest : public ::testing::TestWithParam<Precision> {
 protected:
  void SetUp() override {
    if (detect_instruction_level() < required_level(GetParam()))
      GTEST_SKIP() << "NOT TESTED: " << to_string(GetParam()) << " needs a processor with "
                   << to_string(required_level(GetParam()));
  }
};

TEST_P(NetworkPrecisionTest, AgreesWithPlainLoopsWithinItsBound) {
  // bf16: a cosine of 0.9999 allows for 1.4e-2.
  expect_reference(even_spec(GetParam()), GetParam() == Precision::bf16 ? 1.4e-2 : 1e-5);
}

TEST_P(NetworkPrecisionTest, GivesAnImageTheSameBitsBesideAnyNeighbours) {
  MadeWeights weights;
  const auto network = make_cpu_backend(options(1))->compile(even_spec(GetParam()), weights.source());
  const auto pixels = random_pixels(3, 32, 2);
  const auto together = run(*network, pixels, 3);
  auto others = random_pixels(3, 32, 9);
  constexpr std::size_t kImage = 32 * 32 * 3;
  std::copy_n(pixels.begin(), kImage, others.begin() + 2 * kImage);
  const auto apart = run(*network, others, 3);
  EXPECT_TRUE(std::equal(together.begin(), together.begin() + network->features(),
                         apart.begin() + 2 * network->features()));
}

TEST_P(NetworkPrecisionTest, TakesTheMemoryThatIsForecast) {
  MadeWeights weights;
  const NetworkSpec spec = even_spec(GetParam());
  const auto backend = make_cpu_backend(options(2));
  EXPECT_EQ(backend->network_memory(spec).features, backend->compile(spec, weights.source())->features());
  const NetworkMemory wide = backend->network_memory(even_spec(Precision::fp32));
  if (GetParam() == Precision::bf16) {
    EXPECT_LT(backend->network_memory(spec).weights, wide.weights * 6 / 10);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, NetworkPrecisionTest,
                         ::testing::Values(Precision::fp32, Precision::fp32_winograd, Precision::bf16),
                         [](const auto& instance) { return to_string(instance.param); });

TEST(Network, CanEndWithAnyLayer) {
  for (std::size_t layers = 1; layers <= 8; ++layers) {
    NetworkSpec spec = small_spec(30, 2);
    spec.layers.resize(layers);
    expect_reference(spec);
  }
}

TEST(Network, CanEndWithProbabilities) {
  NetworkSpec spec = small_spec(30, 2);
  spec.layers.emplace_back(Softmax{});
  expect_reference(spec);
}

TEST(Network, TakesPixelsInTheOrderAndRangeAsked) {
  NetworkSpec spec = small_spec(30, 2);
  spec.normalisation = {{103.9F, 116.8F, 123.7F}, {1.0F, 1.0F, 1.0F}, 1.0F, true};
  expect_reference(spec);
}

TEST(RawPixels, AreThePixelsAsTheyLie) {
  const auto network = make_raw_pixels(5, 2, 3);
  EXPECT_EQ(network->workers(), 3);
  ASSERT_EQ(network->features(), 75);
  const auto pixels = random_pixels(2, 5, 8);
  const auto features = run(*network, pixels, 2);
  for (std::size_t i = 0; i < pixels.size(); ++i) EXPECT_EQ(features[i], static_cast<float>(pixels[i])) << i;
}

TEST(Softmax, IsDefinedForScoresOfAnySize) {
  std::vector<float> values{1000.0F, 999.0F, -1000.0F, -3e38F, 3e38F, 3e38F};
  softmax(values.data(), 2, 3);
  EXPECT_NEAR(values[0], 1.0 / (1.0 + std::exp(-1.0)), 1e-7);
  EXPECT_EQ(values[2], 0.0F);
  EXPECT_EQ(values[3], 0.0F);
  EXPECT_EQ(values[4], 0.5F);
}

TEST(Network, AgreesWithPlainLoopsAtTheBaseline) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // in a process of its own: oneDNN takes one level for good
  EXPECT_EXIT(
      {
        MadeWeights weights;
        const NetworkSpec spec = small_spec(31, 1);
        const auto network =
            make_cpu_backend({1, InstructionLevel::baseline})->compile(spec, weights.source());
        const auto pixels = random_pixels(1, 31, 2);
        std::exit(relative_error(run(*network, pixels, 1), reference(spec, weights, pixels)) < 1e-6 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(Network, GivesAnImageTheSameBitsAtEveryPlaceBesideAnyNeighbours) {
  constexpr std::int64_t kSide = 40;
  constexpr std::size_t kImage = kSide * kSide * 3;
  MadeWeights weights;
  const auto network = make_cpu_backend(options(1))->compile(small_spec(kSide, 8), weights.source());
  const auto numbers = static_cast<std::size_t>(network->features());
  const auto image = random_pixels(1, kSide, 99);
  std::vector<float> first;
  for (std::size_t place = 0; place < 8; ++place) {
    auto pixels = random_pixels(8, kSide, place);
    std::copy(image.begin(), image.end(), pixels.begin() + static_cast<std::ptrdiff_t>(place * kImage));
    const auto features = run(*network, pixels, 8);
    const auto at = features.begin() + static_cast<std::ptrdiff_t>(place * numbers);
    const std::vector<float> here(at, at + static_cast<std::ptrdiff_t>(numbers));
    if (first.empty()) first = here;
    EXPECT_EQ(here, first) << "at place " << place;
  }
}

TEST(Network, GivesTheSameBitsOnTilesOfAnySize) {
  MadeWeights weights;
  const auto pixels = random_pixels(8, 28, 4);
  const auto backend = make_cpu_backend(options(1));
  const auto all = run(*backend->compile(small_spec(28, 8), weights.source()), pixels, 8);
  for (const std::int64_t tile : {1, 3, 5}) {
    const auto some = run(*backend->compile(small_spec(28, tile), weights.source()),
                          std::span(pixels).first(static_cast<std::size_t>(tile * 28 * 28 * 3)), tile);
    EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << "tile of " << tile;
  }
}

TEST(Network, GivesTheSameBitsOnAllWorkersAtOnce) {
  MadeWeights weights;
  const auto network = make_cpu_backend(options(3))->compile(small_spec(28, 2), weights.source());
  ASSERT_EQ(network->workers(), 3);
  const auto pixels = random_pixels(2, 28, 5);
  const auto expected = run(*network, pixels, 2);
  std::vector<int> wrong(30);
  parallel_for_workers(wrong.size(), 3, [&](std::size_t piece, int worker) {
    wrong[piece] = run(*network, pixels, 2, worker) != expected;
  });
  EXPECT_EQ(std::count(wrong.begin(), wrong.end(), 1), 0);
}

TEST(Network, KeepsAWorkerToOneThread) {
  MadeWeights weights;
  const auto network = make_cpu_backend(options(1))->compile(small_spec(160, 8), weights.source());
  const auto pixels = random_pixels(8, 160, 6);
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpu_begin = std::clock();  // of all threads of the process
  for (int i = 0; i < 3; ++i) run(*network, pixels, 8);
  const double cpu = static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC;
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_LT(cpu, 1.2 * wall + 0.02);
}

TEST(Network, RefusesListsOfLayersThatMakeNone) {
  MadeWeights weights;
  const auto backend = make_cpu_backend(options(1));
  NetworkSpec spec = small_spec(28, 1);
  spec.layers.emplace_back(MaxPool{});
  EXPECT_THROW(backend->compile(spec, weights.source()), FailureError);
  spec.layers.assign({MaxPool{}, Softmax{}});
  EXPECT_THROW(backend->compile(spec, weights.source()), FailureError);
  spec.layers.assign(6, MaxPool{});
  EXPECT_THROW(backend->compile(spec, weights.source()), FailureError);
  spec.layers.clear();
  EXPECT_THROW(backend->compile(spec, weights.source()), FailureError);
}

/// Whether a network leaves with Interrupted once a stop is requested, and only then.
bool leaves_on_request(std::vector<Layer> layers) {
  MadeWeights weights;
  NetworkSpec spec = small_spec(28, 1);
  spec.layers = std::move(layers);
  const auto network = make_cpu_backend(options(1))->compile(spec, weights.source());
  const auto pixels = random_pixels(1, 28, 7);
  run(*network, pixels, 1);
  ::kill(::getpid(), SIGTERM);
  while (!stop_requested()) std::this_thread::yield();
  try {
    run(*network, pixels, 1);
  } catch (const Interrupted&) {
    return true;
  }
  return false;
}

TEST(Network, LeavesWhenAStopIsRequested) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // the request cannot be taken back
  const std::vector<std::vector<Layer>> lists{{Convolution{"c1", "b1", 16}},
                                              {FullyConnected{"f1", "g1", 5, true}}};
  for (const auto& layers : lists) {
    EXPECT_EXIT(
        {
          install_stop_signals();
          std::_Exit(leaves_on_request(layers) ? 21 : 1);
        },
        ::testing::ExitedWithCode(21), "");
  }
}

TEST(CpuBackend, RefusesWhatTheProcessorCannotDo) {
  EXPECT_THROW(make_cpu_backend({0, InstructionLevel::baseline}), UsageError);
  ::setenv("SHOAL_MAX_LEVEL", "baseline", 1);
  EXPECT_THROW(make_cpu_backend({1, InstructionLevel::avx2}), FailureError);
  ::unsetenv("SHOAL_MAX_LEVEL");
}

TEST(CpuBackend, NamesItsLevelAndLibraryAsItsIdentity) {
  const auto backend = make_cpu_backend({1, InstructionLevel::baseline});
  EXPECT_NE(backend->numeric_identity().find("baseline"), std::string::npos);
  EXPECT_NE(backend->numeric_identity().find("onednn"), std::string::npos);
  EXPECT_EQ(backend->numeric_identity(),
            make_cpu_backend({3, InstructionLevel::baseline})->numeric_identity());
}

}  // namespace
}  // namespace shoal
