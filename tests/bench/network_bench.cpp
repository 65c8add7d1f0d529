// VGG16 at 224 to fc7 on the CPU, images a second: one tile on each of n threads (tools/bench-torch.py times
// the same with PyTorch).
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "shoal/base/threads.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/vision/vgg.hpp"
#include "shoal/vision/vgg_weights.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kSide = 224;
constexpr std::int64_t kTile = 8;

/// Weights made once and kept among temporary files: their making is not what is timed.
WeightFile bench_weights() {
  const auto path = std::filesystem::temp_directory_path() / "shoal-bench-vgg16-seed-1.safetensors";
  if (!std::filesystem::exists(path)) make_weights(path, "vgg16", 1);
  return WeightFile(path);
}

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
  const WeightFile file = bench_weights();
  const VggWeights weights(file, "vgg16");
  const auto backend = make_cpu_backend({threads, detect_instruction_level()});
  const auto network = backend->compile(vgg_spec({.layer = "fc7"}, kSide, kTile), weights.source());
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
