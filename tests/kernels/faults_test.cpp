// What goes wrong on a GPU ends in a sentence, frees what it held, and leaves the next try right.
#include <gmock/gmock.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "arrays_memory.hpp"
#include "backend.hpp"
#include "made_network.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

/// A backend, a network, two tiles, an assignment and sums: every kind of call. Returns what they give.
std::vector<float> use_everything(MadeWeights& weights) {
  const auto backend = cuda_backend({.tiles_in_flight = 2});
  NetworkSpec spec = small_spec(14, 1);
  spec.layers.emplace_back(Softmax{});
  const auto network = backend->compile(spec, weights.source());
  std::vector<float> results = run(*network, made_bytes(14 * 14 * 3, 1), 1, 0);
  for (const float x : run(*network, made_bytes(14 * 14 * 3, 2), 1, 1)) results.push_back(x);
  DenseMatrix rows(5, 3);
  rows.values = made_floats(15, 1);
  const auto others_kept = backend->arrays().keep(DenseView{rows.values.data(), 2, 3}, 2);  // goes last
  const auto kept = backend->arrays().keep(rows.view(), 2);
  const std::vector<double> centroids{0.1, 0.2, 0.3, -0.1, -0.2, -0.3};
  std::vector<std::int32_t> labels(5);
  std::vector<double> distances(5);
  backend->arrays().nearest_centroid(rows.view(), {centroids, 2, 3}, labels, distances);
  std::vector<std::int64_t> sums(6);
  backend->arrays().add_by_label(rows.view(), labels, FixedPoint::for_sums_of(1.0, 5), sums);
  for (const double x : distances) results.push_back(static_cast<float>(x));
  for (const std::int64_t x : sums) results.push_back(static_cast<float>(x));
  return results;
}

TEST(CudaFaults, EndInASentenceOrTheRightResultsWhicheverCallFails) {
  MadeWeights weights;
  emulator::restart(1);
  const auto expected = use_everything(weights);
  const std::uint64_t calls = emulator::calls();
  EXPECT_GT(calls, 100U);
  std::uint64_t told = 0;
  std::uint64_t tried = 0;
  for (std::uint64_t number = 1; number <= calls; number += sweep_step()) {
    ++tried;
    emulator::restart(number);
    emulator::fail_call(number, number % 2 == 0 ? cudaErrorMemoryAllocation : cudaErrorLaunchFailure);
    std::vector<float> found;
    const std::string sentence = error_of([&] { found = use_everything(weights); });
    if (sentence != "no error") ++told;
    EXPECT_EQ(same_bits(found, expected), sentence == "no error") << "call " << number;
    EXPECT_EQ(emulator::live_allocations(), 0U) << "call " << number << ": " << sentence;
  }
  // What is left: waits of destructors, which report and go on, and rows that do not stay for want of memory.
  EXPECT_GT(told, tried * 7 / 10);
  emulator::restart(0);
}

/// "kernel void shoal::max_pool_kernel<float>(float const*, ...)" without its type and parameters.
std::string in_short(std::string work) {
  if (const auto type = work.find("void "); type != std::string::npos) work.erase(type, 5);
  return work.substr(0, work.find('('));
}

/// Whether the work that broke is a kernel, which then stands in the sentence, wherever the error was met. A
/// mark stands there by the kernel before it.
bool names_broken_kernel(const std::string& sentence, std::uint64_t number) {
  const std::string broken = emulator::broken_work();
  if (!broken.starts_with("kernel ") || broken.find("mark_kernel") != std::string::npos) return false;
  EXPECT_THAT(sentence, AllOf(HasSubstr("the GPU failed in kernel "), HasSubstr(in_short(broken)))) << number;
  return true;
}

TEST(CudaFaults, EndInASentenceWheneverTheDeviceIsLost) {
  MadeWeights weights;
  emulator::restart(1);
  use_everything(weights);
  const std::uint64_t works = emulator::works();
  EXPECT_GT(works, 50U);
  std::uint64_t named = 0;
  for (std::uint64_t number = 1; number <= works; number += sweep_step()) {
    emulator::restart(number);
    emulator::break_device_at(number);
    const std::string sentence = error_of([&] { use_everything(weights); });
    EXPECT_THAT(sentence, HasSubstr("cudaErrorIllegalAddress")) << number;
    if (names_broken_kernel(sentence, number)) ++named;
    EXPECT_EQ(emulator::live_allocations(), 0U) << "work " << number;
  }
  EXPECT_GE(named * sweep_step(), 25U);
  emulator::restart(0);
}

/// A call about rows, with one centroid.
struct OneCentroid {
  explicit OneCentroid(std::int64_t count)
      : rows(count, 2), labels(static_cast<std::size_t>(count)), distances(static_cast<std::size_t>(count)) {
    rows.values = made_floats(2 * count, 1);
  }
  void use(ArrayOperations& arrays) {
    arrays.nearest_centroid(rows.view(), {centroid, 1, 2}, labels, distances);
    arrays.add_by_label(rows.view(), labels, FixedPoint::for_sums_of(1.0, labels.size()), sums);
  }

  DenseMatrix rows;
  std::vector<double> centroid{0.5, -0.5};
  std::vector<std::int32_t> labels;
  std::vector<double> distances;
  std::vector<std::int64_t> sums = std::vector<std::int64_t>(2);
};

/// Of two pieces on their way at once, either may be the one whose kernel broke.
TEST(CudaFaults, NameTheKernelAmongThePiecesThatTakeTurns) {
  OneCentroid work(7);
  const auto use_rows = [&] {
    const auto backend = cuda_backend();
    // There is room for as many rows at once as these are.
    const auto kept = backend->arrays().keep(DenseView{work.rows.values.data(), 2, 2}, 1);
    work.use(backend->arrays());
  };
  emulator::restart(0);
  use_rows();
  const std::uint64_t works = emulator::works();
  int named = 0;
  for (std::uint64_t number = 1; number <= works; ++number) {
    emulator::restart(number);
    emulator::break_device_at(number);
    const std::string sentence = error_of(use_rows);
    if (names_broken_kernel(sentence, number)) ++named;
  }
  EXPECT_GT(named, 20);
  emulator::restart(0);
}

TEST(CudaFaults, RowsThatStayGoAfterAllWorkOnThem) {
  constexpr std::int64_t kMany = 1 << 18;  // rows kept for so many centroids are computed in small pieces
  OneCentroid work(2 * rows_of_results({false, 1 << 20, 2, kMany}) + 1);
  const auto keep = [&](Backend& backend) { return backend.arrays().keep(work.rows.view(), kMany); };
  emulator::restart(0);
  std::uint64_t before = 0;
  {
    const auto backend = cuda_backend();
    const auto kept = keep(*backend);
    before = emulator::calls();
    work.use(backend->arrays());
  }
  const std::uint64_t calls = emulator::calls() - before;
  std::uint64_t told = 0;  // but of what is waited for before a call: nobody needs that
  for (std::uint64_t number = 3; number <= calls; number += 9) {
    emulator::restart(3 * number);  // work waits until somebody asks for it
    {
      const auto backend = cuda_backend();
      const auto others = backend->arrays().keep(DenseView{work.rows.values.data(), 2, 2}, 1);  // go last
      const auto kept = keep(*backend);
      emulator::fail_call(emulator::calls() + number, cudaErrorLaunchFailure);
      if (error_of([&] { work.use(backend->arrays()); }) != "no error") ++told;
    }
    EXPECT_EQ(emulator::live_allocations(), 0U) << number;
  }
  EXPECT_GT(told, calls / 9 * 3 / 4);
  emulator::restart(0);
}

/// What three tiles in flight say.
std::vector<std::string> sentences_of_three_tiles(Network& network, std::int64_t side) {
  std::vector<std::string> sentences;
  std::mutex mutex;
  {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 3; ++worker) {
      workers.emplace_back([&, worker] {
        const auto pixels = made_bytes(2 * side * side * 3, static_cast<std::uint64_t>(worker));
        const std::string sentence = error_of([&] { run(network, pixels, 2, worker); });
        const std::lock_guard lock(mutex);
        sentences.push_back(sentence);
      });
    }
  }
  return sentences;
}

TEST(CudaFaults, AreToldAsTheirOwnByTheTileWhoseKernelBroke) {
  MadeWeights weights;
  int of_others = 0;
  for (std::uint64_t number = 5; number <= 45; number += 4) {
    emulator::restart(number);
    const auto backend = cuda_backend({.tiles_in_flight = 3});
    const auto network = backend->compile(small_spec(14, 2), weights.source());
    emulator::break_device_at(emulator::works() + number);
    std::vector<std::string> sentences = sentences_of_three_tiles(*network, 14);
    std::erase(sentences, "no error");  // a tile that was done before
    ASSERT_FALSE(sentences.empty()) << number;
    EXPECT_THAT(sentences, Each(HasSubstr("cudaErrorIllegalAddress"))) << number;
    if (!emulator::broken_work().starts_with("kernel ")) continue;  // a copy, which has no mark
    const auto elsewhere = std::ranges::count_if(
        sentences, [](const std::string& text) { return text.find("in another tile") != std::string::npos; });
    EXPECT_EQ(elsewhere + 1, std::ssize(sentences)) << number;
    of_others += static_cast<int>(elsewhere);
  }
  EXPECT_GT(of_others, 2);
  emulator::restart(0);
}

TEST(CudaFaults, LeaveTheNetworkUsable) {
  MadeWeights weights;
  const NetworkSpec spec = small_spec(14, 2);
  const auto pixels = made_bytes(2 * 14 * 14 * 3, 1);
  under_seeds([&] {
    const auto backend = cuda_backend();
    const auto network = backend->compile(spec, weights.source());
    const auto expected = run(*network, pixels, 2);
    const std::uint64_t before = emulator::calls();
    run(*network, pixels, 2);
    const std::uint64_t calls = emulator::calls() - before;
    for (std::uint64_t number = 1; number <= calls; number += sweep_step()) {
      emulator::fail_call(emulator::calls() + number, cudaErrorLaunchFailure);
      EXPECT_THROW(run(*network, made_bytes(2 * 14 * 14 * 3, number), 2), FailureError);
      EXPECT_TRUE(same_bits(run(*network, pixels, 2), expected)) << "after failing call " << number;
    }
  });
}

TEST(CudaMemory, IsRefusedBeforeTheRunWithTheSizes) {
  MadeWeights weights;
  emulator::restart(1, {.memory = 40 << 20});
  const auto backend = cuda_backend();
  NetworkSpec spec = small_spec(64, 200);
  const std::uint64_t allocations = emulator::allocations();
  EXPECT_THAT(
      error_of([&] { backend->compile(spec, weights.source()); }),
      AllOf(HasSubstr("MiB of GPU memory"), HasSubstr("tiles of 200 images"), HasSubstr("a lower resize")));
  EXPECT_EQ(emulator::allocations(), allocations);
  EXPECT_THAT(cuda_backend({.ranks_on_device = 2})->why_no_room(spec),
              AllOf(HasSubstr("MiB of GPU memory"), HasSubstr("20 MiB are a rank's share")));
  spec.tile_images = 1;
  EXPECT_EQ(backend->why_no_room(spec), "");
  EXPECT_NO_THROW(backend->compile(spec, weights.source()));
}

TEST(CudaBackend, SaysWhyThereIsNoGpu) {
  CudaSurvey survey;
  const auto reason = [&](const emulator::Devices& devices) {
    emulator::restart(1, devices);
    shoal_survey_cuda(survey);
    EXPECT_TRUE(survey.devices.empty());
    EXPECT_EQ(error_of([] { cuda_backend(); }), survey.why_none);
    return survey.why_none;
  };
  EXPECT_THAT(reason({.count = 0}), HasSubstr("may use no GPU"));
  EXPECT_THAT(reason({.count = 0, .driver = 0}), HasSubstr("no NVIDIA driver"));
  EXPECT_THAT(reason({.driver = 12040}),
              HasSubstr("for CUDA 12.4 and too old for this program, which needs 13.0"));
}

TEST(CudaBackend, NamesTheDevicesThereAre) {
  emulator::restart(1, {.count = 2});
  CudaSurvey survey;
  shoal_survey_cuda(survey);
  ASSERT_EQ(survey.devices.size(), 2U);
  EXPECT_EQ(survey.devices[1].name, "Emulated GPU");
  EXPECT_EQ(survey.devices[1].memory, std::size_t{1} << 30);
  EXPECT_EQ(survey.why_none, "");
}

TEST(CudaBackend, RefusesWhatItCannotUse) {
  emulator::restart(1, {.count = 2});
  EXPECT_THAT(error_of([] { cuda_backend({.device = 2}); }), HasSubstr("this process may use 2"));
  EXPECT_THROW(cuda_backend({.engine = "none"}), UsageError);
  EXPECT_THROW(cuda_backend({.tiles_in_flight = 0}), UsageError);
  emulator::restart(1, {.major = 7, .minor = 5});
  EXPECT_THAT(error_of([] { cuda_backend(); }), HasSubstr("compute capability 7.5"));
}

TEST(CudaBackend, RefusesGpusThatItHasNoCodeForAndThoseOfOthers) {
  const auto answer = [](cudaError_t code) {
    emulator::restart(1, {.major = 8, .minor = 6, .code = code});
    return error_of([] { cuda_backend(); });
  };
  EXPECT_THAT(answer(cudaErrorNoKernelImageForDevice),
              AllOf(HasSubstr("has no code for Emulated GPU (compute capability 8.6)"),
                    HasSubstr("-DSHOAL_CUDA_ARCHITECTURES=86")));
  EXPECT_THAT(answer(cudaErrorUnsupportedPtxVersion), HasSubstr("is for a newer driver"));
  EXPECT_THAT(answer(cudaErrorDevicesUnavailable), HasSubstr("another process's"));
  EXPECT_THROW(cuda_backend(), UsageError);
  EXPECT_THAT(answer(cudaErrorLaunchFailure), HasSubstr("the GPU failed in its start: "));
  EXPECT_THROW(cuda_backend(), FailureError);
  EXPECT_EQ(answer(cudaSuccess), "no error");
}

TEST(CudaBackend, NamesWhatDecidesItsBits) {
  emulator::restart(1);
  const std::string identity = cuda_backend()->numeric_identity();
  for (const char* part : {"cuda", "sm_90", "shoal", "cublas"}) EXPECT_THAT(identity, HasSubstr(part));
}

}  // namespace
}  // namespace shoal
