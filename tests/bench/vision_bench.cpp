// Decoding and preprocessing of one 1080 x 1080 JPEG on one thread (tools/bench-pillow.py times the same
// bytes with Pillow and torchvision).
#include <benchmark/benchmark.h>

#include "bench_inputs.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/preprocess.hpp"

namespace shoal {
namespace {

void BM_Decode1080(benchmark::State& state) {
  const auto& file = bench::photo_file();
  for (auto _ : state) benchmark::DoNotOptimize(decode_image(file));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}
BENCHMARK(BM_Decode1080)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Argument: side of the square.
void BM_Preprocess1080(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  const RgbImage photo = decode_image(bench::photo_file());
  for (auto _ : state) benchmark::DoNotOptimize(preprocess(photo, side, Preprocessing::torchvision));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Preprocess1080)->Arg(224)->Arg(299)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_DecodeAndPreprocess1080(benchmark::State& state) {
  bench::photo_path();  // for the peers
  const auto side = static_cast<int>(state.range(0));
  const auto& file = bench::photo_file();
  for (auto _ : state)
    benchmark::DoNotOptimize(preprocess(decode_image(file), side, Preprocessing::torchvision));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_DecodeAndPreprocess1080)->Arg(224)->Arg(299)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace shoal
