// The engine "cudnn": our calls, answered by the emulator's cuDNN, most of whose proposals are to be refused.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>

#include "backend.hpp"
#include "convolution.hpp"
#include "cudnn_convolution.hpp"
#include "cudnn_tuning.hpp"
#include "made_network.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const CudaOptions kCudnn{.engine = kEngineCudnn};

/// The emulator's right plans; another one is the fastest under each of the seeds 1, 2, 3.
const std::array<std::string, 3> kFastest{"eng1{}", "eng38{k2=2,k24=3}", "eng38{k2=1,k24=3}"};

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
    constexpr bool kBf16 = std::is_same_v<T, __nv_bfloat16>;
    const ConvolutionShape whole{shape, out};
    CudnnConvolution planned(cudnn, whole, kBf16, fastest_plan(cudnn, whole, kBf16, stream));
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
  CudnnConvolution planned(cudnn, {shape, 8}, false, kFastest[0]);
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

std::string fastest_of(const ConvolutionShape& shape, bool bf16) {
  Stream stream;
  Cudnn cudnn(stream);
  return fastest_plan(cudnn, shape, bf16, stream);
}

TEST(CudnnTuning, TakesTheFastestOfThePlansThatAreRight) {
  for (const bool bf16 : {false, true}) {
    for (const std::int64_t channels : {8, 64}) {
      std::vector<std::string> plans;
      under_seeds([&] { plans.push_back(fastest_of({{3, 5, channels}, 16}, bf16)); });
      // In bfloat16 rounding to tf32 changes nothing, and the results of all three sums are mostly the same
      // bits.
      if (!bf16) EXPECT_THAT(plans, ElementsAre(kFastest[0], kFastest[1], kFastest[2]));
      for (const std::string& plan : plans)
        EXPECT_THAT(plan, ::testing::Not(::testing::AnyOf("", "eng13{}", "eng14{}")));
    }
  }
}

TEST(CudnnTuning, AsksForWhatFallsBackWhereNothingRightIsProposed) {
  under_seeds(
      [&] {
        EXPECT_NE(fastest_of({{2, 4, 8}, 8}, false), "");
      },
      {.cudnn = emulator::Cudnn::falls_back});
}

TEST(CudnnTuning, TakesOursWhereItIsFaster) {
  const std::vector<std::string> plans = [] {
    std::vector<std::string> found;
    for (const std::uint64_t microseconds : {96U, 98U, 99U, 101U}) {
      emulator::restart(1, {.kernel_microseconds = microseconds});
      found.push_back(fastest_of({{2, 4, 8}, 8}, false));
    }
    return found;
  }();
  // cuDNN's fastest takes 100.
  EXPECT_THAT(plans, ElementsAre(kPlanOfOurs, kFastest[0], kFastest[0], kFastest[0]));
}

TEST(CudnnTuning, FindsNothingWhereNothingIsRight) {
  under_seeds(
      [&] {
        EXPECT_EQ(fastest_of({{2, 4, 8}, 8}, false), "");
      },
      {.cudnn = emulator::Cudnn::offers_nothing});
}

TEST(CudnnTuning, TimesEqualConvolutionsOnce) {
  NetworkSpec spec = small_spec(8, 2);
  spec.layers = {Convolution{"c1", "b1", 8}, Convolution{"c2", "b2", 8}};
  const auto calls_of = [&] {
    emulator::restart(1);
    const auto backend = cuda_backend(kCudnn);
    const std::uint64_t before = emulator::calls();
    const std::string plans = backend->tune(spec);
    return std::pair(plans, emulator::calls() - before);
  };
  const auto once = calls_of();
  EXPECT_EQ(once.first, kFastest[0]);
  spec.layers.emplace_back(Convolution{"c3", "b3", 5});  // as wide as the others once it is filled up
  const auto twice = calls_of();
  EXPECT_EQ(twice.first, kFastest[0] + " " + kFastest[0]);
  EXPECT_EQ(twice.second, once.second);
}

TEST(CudnnNetwork, AgreesWithOursInBothPrecisions) {
  MadeWeights weights;
  const auto pixels = made_bytes(2 * 20 * 20 * 3, 1);
  for (const Precision precision : {Precision::fp32, Precision::bf16}) {
    NetworkSpec spec = small_spec(20, 2);
    spec.precision = precision;
    under_a_seed(static_cast<std::uint64_t>(precision), [&] {
      const auto ours = run(*cuda_backend()->compile(spec, weights.source()), pixels, 2);
      const auto network = cuda_backend(kCudnn)->compile(spec, weights.source());
      const auto found = run(*network, pixels, 2);
      EXPECT_LE(relative_error(found, ours, 2), precision == Precision::fp32 ? 2e-6 : 2e-2);
      EXPECT_TRUE(same_bits(run(*network, pixels, 2), found));
    });
  }
}

TEST(CudnnNetwork, GivesTheSameBitsWithThePlansOfAnotherRunWhateverWouldBeMeasuredNow) {
  MadeWeights weights;
  NetworkSpec spec = small_spec(20, 2);
  const auto pixels = made_bytes(2 * 20 * 20 * 3, 1);
  emulator::restart(3);
  const std::string plans = cuda_backend(kCudnn)->tune(spec);
  std::vector<float> expected;
  std::vector<std::string> measured;
  under_seeds([&] {
    const auto backend = cuda_backend(kCudnn);
    measured.push_back(backend->tune(spec));
    spec.plans = plans;
    const auto found = run(*backend->compile(spec, weights.source()), pixels, 2);
    if (expected.empty()) expected = found;
    EXPECT_TRUE(same_bits(found, expected));
    spec.plans = measured.back();
    const auto other = run(*backend->compile(spec, weights.source()), pixels, 2);
    EXPECT_EQ(same_bits(other, expected), measured.back() == plans);
    spec.plans.clear();
    EXPECT_TRUE(same_bits(run(*backend->compile(spec, weights.source()), pixels, 2), other));
  });
  EXPECT_THAT(measured, UnorderedElementsAre(plans, ::testing::Ne(plans), ::testing::Ne(plans)));
}

TEST(CudnnNetwork, ComputesByOurKernelsWhereCudnnHasNothingRight) {
  MadeWeights weights;
  NetworkSpec spec = small_spec(12, 1);
  const auto pixels = made_bytes(12 * 12 * 3, 1);
  emulator::restart(1, {.cudnn = emulator::Cudnn::offers_nothing});
  const auto backend = cuda_backend(kCudnn);
  spec.plans = backend->tune(spec);
  EXPECT_EQ(spec.plans, "shoal shoal");
  const auto found = run(*backend->compile(spec, weights.source()), pixels, 1);
  spec.plans.clear();
  EXPECT_TRUE(same_bits(found, run(*cuda_backend()->compile(spec, weights.source()), pixels, 1)));
}

TEST(CudnnNetwork, RefusesPlansThatAreNotToBeHadHere) {
  MadeWeights weights;
  NetworkSpec spec = small_spec(12, 1);
  emulator::restart(1);
  const auto backend = cuda_backend(kCudnn);
  const auto refusal = [&](const std::string& plans) {
    spec.plans = plans;
    return error_of([&] { backend->compile(spec, weights.source()); });
  };
  // Not there at all, with other knobs, with notes that tell of other bits or of tf32, and too large.
  for (const char* plan : {"eng99{}", "eng38{k2=3,k24=3}", "eng8{}", "eng9{k2=3}", "eng10{}"}) {
    EXPECT_THAT(refusal(fmt::format("{} {}", kFastest[0], plan)),
                AllOf(HasSubstr(fmt::format("no plan '{}'", plan)), HasSubstr("24 to 40 channels at 6 x 6")));
  }
  EXPECT_THAT(refusal(kFastest[0]),
              HasSubstr("1 plans of cuDNN's are given for a network of 2 convolutions"));
}

TEST(CudnnNetwork, EndsInASentenceWhicheverCallFails) {
  MadeWeights weights;
  NetworkSpec spec = small_spec(4, 1);
  spec.layers.resize(3);
  const auto pixels = made_bytes(4 * 4 * 3, 1);
  const auto use = [&] { return run(*cuda_backend(kCudnn)->compile(spec, weights.source()), pixels, 1); };
  emulator::restart(1);
  const auto expected = use();
  const std::uint64_t calls = emulator::calls();
  int short_of_memory = 0;
  // A fourth of them, another one each time: what is planned anew for each proposal comes again and again.
  const std::uint64_t step = sweep_step();
  for (std::uint64_t number = 1; number <= calls; number += (1 + number % 7) * step) {
    emulator::restart(1);
    emulator::fail_call(number, number % 2 == 0 ? cudaErrorMemoryAllocation : cudaErrorLaunchFailure);
    try {
      EXPECT_TRUE(same_bits(use(), expected)) << "call " << number;
    } catch (const FailureError&) {
    } catch (const ResourceError& error) {
      EXPECT_THAT(error.what(), HasSubstr("run fewer ranks"));
      ++short_of_memory;
    }
    EXPECT_EQ(emulator::live_allocations(), 0U) << "call " << number;
  }
  EXPECT_GT(short_of_memory, step == 1 ? 5 : 1);
  emulator::restart(0);
}

TEST(CudnnBackend, NamesItsVersion) {
  emulator::restart(1);
  EXPECT_THAT(cuda_backend(kCudnn)->numeric_identity(), HasSubstr("cudnn 91900"));
}

TEST(CudnnBackend, IsRefusedWithAReasonWhereThereIsNoCudnnAndLeavesOursUsable) {
  emulator::restart(1, {.cudnn = emulator::Cudnn::absent});
  EXPECT_THROW(cuda_backend(kCudnn), UsageError);
  EXPECT_THAT(error_of([] { cuda_backend(kCudnn); }), HasSubstr("there is no cuDNN 9 on this machine"));
  CudaSurvey survey;
  shoal_survey_cuda(survey);
  EXPECT_EQ(survey.devices.size(), 1U);
  EXPECT_THAT(survey.why_no_cudnn, HasSubstr("there is no cuDNN 9 on this machine"));
  EXPECT_NO_THROW(cuda_backend());
  emulator::restart(1);
  shoal_survey_cuda(survey);
  EXPECT_EQ(survey.why_no_cudnn, "");
}

}  // namespace
}  // namespace shoal
