// Decoding and preprocessing of one 1080 x 1080 JPEG on one thread (tools/bench-pillow.py times the same
// bytes with Pillow and torchvision).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "shoal/base/random.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/encode.hpp"
#include "shoal/vision/preprocess.hpp"

namespace shoal {
namespace {

constexpr int kSide = 1080;

/// Noise that is smooth over `cell` pixels, added to every channel with a weight of its own.
void add_octave(std::vector<int>& sums, int cell, int strength, const RandomStream& noise) {
  const int corners = kSide / cell + 2;
  const auto corner = [&](int x, int y, int channel) {
    const auto index = static_cast<std::uint64_t>((y * corners + x) * 3 + channel);
    return static_cast<int>(noise.below(256, static_cast<std::uint64_t>(cell), index)) - 128;
  };
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const int cx = x / cell, cy = y / cell, fx = x % cell, fy = y % cell;
      for (int channel = 0; channel < 3; ++channel) {
        const int top = corner(cx, cy, channel) * (cell - fx) + corner(cx + 1, cy, channel) * fx;
        const int bottom = corner(cx, cy + 1, channel) * (cell - fx) + corner(cx + 1, cy + 1, channel) * fx;
        sums[static_cast<std::size_t>((y * kSide + x) * 3 + channel)] +=
            (top * (cell - fy) + bottom * fy) / (cell * cell) * strength / 100;
      }
    }
  }
}

/// As a photo has them: large forms, some texture, a little grain, and hard edges. About 2.4 bits a pixel as
/// JPEG.
RgbImage made_photo() {
  const RandomStream noise(1, "photo for timing");
  std::vector<int> sums(static_cast<std::size_t>(kSide * kSide * 3), 128);
  for (const auto& [cell, strength] : {std::pair{270, 70}, {54, 35}, {18, 16}, {5, 10}, {2, 7}}) {
    add_octave(sums, cell, strength, noise);
  }
  RgbImage photo(kSide, kSide);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto x = static_cast<int>(i / 3 % kSide), y = static_cast<int>(i / 3 / kSide);
    const int shade = (x / 120 + y / 90) % 5 == 0 ? 40 : 0;
    photo.pixels[i] = static_cast<std::uint8_t>(std::clamp(sums[i] - shade, 0, 255));
  }
  return photo;
}

/// The photo's bytes; also left among temporary files for tools/bench-pillow.py.
const std::vector<std::byte>& photo_file() {
  static const std::vector<std::byte> bytes = [] {
    auto encoded = encode_jpeg(made_photo(), 88);
    std::ofstream file(std::filesystem::temp_directory_path() / "shoal-bench-1080.jpg", std::ios::binary);
    file.write(reinterpret_cast<const char*>(encoded.data()), static_cast<std::streamsize>(encoded.size()));
    return encoded;
  }();
  return bytes;
}

void BM_DecodeJpeg1080(benchmark::State& state) {
  const auto& file = photo_file();
  for (auto _ : state) benchmark::DoNotOptimize(decode_image(file));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}
BENCHMARK(BM_DecodeJpeg1080)->Unit(benchmark::kMillisecond);

void BM_Preprocess1080To224(benchmark::State& state) {
  const RgbImage photo = decode_image(photo_file());
  for (auto _ : state) benchmark::DoNotOptimize(preprocess(photo, 224, Preprocessing::torchvision));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Preprocess1080To224)->Unit(benchmark::kMillisecond);

void BM_DecodeAndPreprocess1080To224(benchmark::State& state) {
  const auto& file = photo_file();
  for (auto _ : state)
    benchmark::DoNotOptimize(preprocess(decode_image(file), 224, Preprocessing::torchvision));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_DecodeAndPreprocess1080To224)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace shoal
