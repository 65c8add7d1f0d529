// VGG16 at 224 to fc7 on the CPU, images a second: one tile on each of n threads (tools/bench-torch.py times
// the same with PyTorch).
#include <benchmark/benchmark.h>

#include <vector>

#include "bench_inputs.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kSide = 224;
constexpr std::int64_t kTile = 8;

/// Pixels of a made image; on zeros some processors would be faster.
std::vector<std::uint8_t> made_pixels() {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kTile * kSide * kSide * 3));
  std::uint32_t state = 1;
  for (auto& pixel : pixels) {
    state = state * 1664525U + 1013904223U;
    pixel = static_cast<std::uint8_t>(state >> 24);
  }
  return pixels;
}

void BM_Vgg16Fc7(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  const auto backend = make_cpu_backend({threads, detect_instruction_level()});
  const auto network = bench::vgg16_to_fc7(*backend, kSide, kTile);
  const auto pixels = made_pixels();
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
BENCHMARK(BM_Vgg16Fc7)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace shoal
