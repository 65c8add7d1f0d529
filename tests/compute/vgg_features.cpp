// A program for judges and benchmarks: raw pixels in, a VGG layer's features out.
//   vgg_features WEIGHTS MODEL LAYER CONVENTION SIDE PIXELS FEATURES [PRECISION]
//   vgg_features --precisions            those that this processor offers, a line each
//   vgg_features --make WEIGHTS MODEL SEED
// PIXELS: (n, SIDE, SIDE, 3) uint8; FEATURES: (n, m) float32.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "shoal/base/file.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/vision/vgg.hpp"
#include "shoal/vision/vgg_weights.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal {
namespace {

constexpr std::size_t kTile = 8;

/// Tiles of the images, the last one filled up with black ones.
void write_features(Network& network, const std::string& pixels_path, std::size_t image_bytes,
                    const std::string& features_path) {
  auto pixels = read_file(pixels_path);
  const std::size_t images = pixels.size() / image_bytes;
  const std::size_t tiles = (images + kTile - 1) / kTile;
  pixels.resize(tiles * kTile * image_bytes);
  const auto width = static_cast<std::size_t>(network.features());
  std::vector<float> features(tiles * kTile * width);
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(pixels.data()), pixels.size());
  parallel_for_workers(tiles, network.workers(), [&](std::size_t tile, int worker) {
    network.forward(bytes.subspan(tile * kTile * image_bytes, kTile * image_bytes),
                    std::span(features).subspan(tile * kTile * width, kTile * width), worker);
  });
  features.resize(images * width);
  write_file_durably(features_path,
                     {reinterpret_cast<const char*>(features.data()), features.size() * sizeof(float)});
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 4 && arguments[0] == "--make") {
    make_weights(arguments[1], arguments[2], std::stoull(arguments[3]));
    return 0;
  }
  if (arguments == std::vector<std::string>{"--precisions"}) {
    for (const Precision precision : kPrecisions) {
      if (required_level(precision) <= detect_instruction_level()) std::puts(to_string(precision).c_str());
    }
    return 0;
  }
  if (arguments.size() != 7 && arguments.size() != 8) return 2;
  const auto precision = precision_named(arguments.size() == 8 ? arguments[7] : "fp32");
  if (!precision) return 2;
  const auto side = std::stol(arguments[4]);
  const WeightFile file(arguments[0]);
  const VggWeights weights(file, arguments[1], arguments[2]);
  const auto backend = make_cpu_backend({available_processors(), detect_instruction_level()});
  const auto network = backend->compile(
      vgg_spec({arguments[1], arguments[2], arguments[3], *precision}, side, kTile), weights.source());
  write_features(*network, arguments[5], static_cast<std::size_t>(side * side * 3), arguments[6]);
  return 0;
}

}  // namespace
}  // namespace shoal

int main(int argc, char** argv) {
  try {
    return shoal::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
