// From photos to features as a rank does it, and one of its halves on as many threads: reading, decoding and
// preprocessing. The other half is BM_Vgg16Fc7/fp32/224; the whole should reach 0.9 of the slower one.
// tools/bench-torch.py times the whole with Pillow and PyTorch.
#include <benchmark/benchmark.h>

#include "bench_inputs.hpp"
#include "pipeline/images/decoder.hpp"
#include "pipeline/images/pass.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/data/serialize.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kSide = 224;
constexpr std::int64_t kTilesOfThread = 4;

/// A folder in which the photo has many names, in tiles.
struct Photos {
  testing::ScratchFolder folder;
  std::vector<TileCandidates> tiles;
  ImageReader reader{{{folder.path().string(), false}}};
  ImageSettings settings;

  explicit Photos(std::int64_t count) : tiles(static_cast<std::size_t>(count)) {
    settings.resize = kSide;
    for (std::int64_t i = 0; i < count * kCpuTileImages; ++i) {
      ImageCandidate candidate;
      candidate.number = i;
      candidate.ref.name = std::to_string(i);
      std::filesystem::create_symlink(bench::photo_path(), folder.path() / candidate.ref.name);
      candidate.ref.bytes = static_cast<std::int64_t>(std::filesystem::file_size(bench::photo_path()));
      tiles[static_cast<std::size_t>(i / kCpuTileImages)].push_back(std::move(candidate));
    }
  }
  [[nodiscard]] std::int64_t images() const { return std::ssize(tiles) * kCpuTileImages; }
};

void BM_PhotosToSquares(benchmark::State& state) {
  const auto threads = static_cast<int>(state.range(0));
  const Photos photos(16 * threads);
  for (auto _ : state) {
    ImageStopwatch watch;
    const DecodeImage decode = image_decoder(photos.reader, {&photos.settings}, watch);
    parallel_for(static_cast<std::size_t>(photos.images()), threads, [&](std::size_t i) {
      std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kSide * kSide * 3));
      const std::array squares{std::span(pixels)};
      benchmark::DoNotOptimize(decode(photos.tiles[i / kCpuTileImages][i % kCpuTileImages], squares));
    });
  }
  state.SetItemsProcessed(state.iterations() * photos.images());
}
BENCHMARK(BM_PhotosToSquares)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_PhotosToFeatures(benchmark::State& state) {
  const auto threads = static_cast<int>(state.range(0));
  const Photos photos(threads * kTilesOfThread);
  const auto backend = make_cpu_backend({threads, detect_instruction_level()});
  const auto network = bench::vgg16_to_fc7(*backend, Precision::fp32, kSide, kCpuTileImages);
  const auto comm = make_single_rank();
  for (auto _ : state) {
    const testing::ScratchFolder work;
    const JournalSegments segments(work.path(), Digest{}, {});
    TileWriter journal(work.path(), Digest{}, 0, {});
    TileExchange exchange(*comm, std::ssize(photos.tiles), threads, [&](std::int64_t tile) {
      return serialize_object(TileOrder{photos.tiles[static_cast<std::size_t>(tile)], {{0, tile}}});
    });
    const ComputedImages computed =
        compute_image_features({{photos.settings, *network, segments, journal}}, photos.reader, exchange, {},
                               decoding_threads(threads));
    exchange.close();
    state.SetLabel(limit_of(computed.times) + " is the limit");
  }
  state.SetItemsProcessed(state.iterations() * photos.images());
}
BENCHMARK(BM_PhotosToFeatures)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace shoal
