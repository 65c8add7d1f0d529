// VGG16 to fc7 on the CPU in each precision, images a second: one tile on each of n threads
// (tools/bench-torch.py times the same with PyTorch).
#include <benchmark/benchmark.h>

#include <vector>

#include "bench_inputs.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kTile = 8;

/// Pixels of a made image; on zeros some processors would be faster.
std::vector<std::uint8_t> made_pixels(std::int64_t side) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kTile * side * side * 3));
  std::uint32_t state = 1;
  for (auto& pixel : pixels) {
    state = state * 1664525U + 1013904223U;
    pixel = static_cast<std::uint8_t>(state >> 24);
  }
  return pixels;
}

void BM_Vgg16Fc7(benchmark::State& state, Precision precision) {
  const std::int64_t side = state.range(0);
  const int threads = static_cast<int>(state.range(1));
  const auto backend = make_cpu_backend({threads, detect_instruction_level()});
  if (const std::string why = backend->why_not(precision); !why.empty())
    return state.SkipWithError(why.c_str());
  const auto network = bench::vgg16_to_fc7(*backend, precision, side, kTile);
  const auto pixels = made_pixels(side);
  std::vector<std::vector<float>> features(
      static_cast<std::size_t>(threads),
      std::vector<float>(static_cast<std::size_t>(kTile * network->features())));
  for (auto _ : state) {
    parallel_for_workers(static_cast<std::size_t>(threads), threads, [&](std::size_t tile, int worker) {
      network->forward(pixels, features[tile], worker);
    });
  }
  state.SetItemsProcessed(state.iterations() * threads * kTile);
  state.SetLabel(backend->description());
}
void at_sides_on_threads(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgsProduct({{224, 299}, {1, 2}})->Unit(benchmark::kMillisecond)->UseRealTime();
}
BENCHMARK_CAPTURE(BM_Vgg16Fc7, fp32, Precision::fp32)->Apply(at_sides_on_threads);
BENCHMARK_CAPTURE(BM_Vgg16Fc7, fp32_winograd, Precision::fp32_winograd)->Apply(at_sides_on_threads);
BENCHMARK_CAPTURE(BM_Vgg16Fc7, bf16, Precision::bf16)->Apply(at_sides_on_threads);

}  // namespace
}  // namespace shoal
