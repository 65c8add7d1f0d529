// The last tile is computed like a whole one, so tiles count for computing, and images for the rest.
#include "pipeline/images/seconds.hpp"

#include <algorithm>

#include "pipeline/images/decoder.hpp"
#include "pipeline/images/network.hpp"
#include "pipeline/images/stopwatch.hpp"

namespace shoal {
namespace {

/// As many as a tile has, evenly spread, so that one folder of small photos does not speak for all.
TileCandidates sample_of(const TileCandidates& candidates, std::int64_t tile_images) {
  TileCandidates sample;
  const auto count = std::min(candidates.size(), static_cast<std::size_t>(tile_images));
  for (std::size_t i = 0; i < count; ++i) sample.push_back(candidates[i * candidates.size() / count]);
  return sample;
}

/// Pixels of a tile of each set, with the sample decoded into them.
std::vector<std::vector<std::uint8_t>> decode_sample(const std::vector<SizedSet>& sets,
                                                     const ImageReader& images, const TileCandidates& sample,
                                                     ImageStopwatch& watch) {
  std::vector<const ImageSettings*> settings;
  std::vector<std::vector<std::uint8_t>> pixels;
  for (const SizedSet& set : sets) {
    settings.push_back(&set.settings);
    pixels.emplace_back(static_cast<std::size_t>(set.tile_images) * set.settings.image_bytes());
  }
  const DecodeImage decode = image_decoder(images, settings, watch);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    std::vector<std::span<std::uint8_t>> squares;
    for (std::size_t set = 0; set < sets.size(); ++set) {
      const std::size_t bytes = sets[set].settings.image_bytes();
      const std::size_t place = i % static_cast<std::size_t>(sets[set].tile_images);
      squares.push_back(std::span(pixels[set]).subspan(place * bytes, bytes));
    }
    decode(sample[i], squares);
  }
  return pixels;
}

double seconds_of_an_image(const StepTime& step) {
  return step.images > 0 ? step.seconds / static_cast<double>(step.images) : 0.0;
}

}  // namespace

ImageTimes time_one_tile(Backend& backend, const std::vector<SizedSet>& sets, const ImageReader& images,
                         const TileCandidates& candidates) {
  ImageStopwatch watch;
  // As many images as the largest tile has go through every network.
  std::int64_t tile_images = 1;
  for (const SizedSet& set : sets) tile_images = std::max(tile_images, set.tile_images);
  const auto pixels = decode_sample(sets, images, sample_of(candidates, tile_images), watch);
  for (std::size_t set = 0; set < sets.size(); ++set) {
    const auto network = make_image_network(backend, sets[set].settings, sets[set].tile_images, 1);
    std::vector<float> features(static_cast<std::size_t>(sets[set].tile_images * network->features()));
    // The second time counts: the first one finds its memory untouched.
    network->forward(pixels[set], features, 0);
    const std::int64_t calls = tile_images / sets[set].tile_images;
    // An image that several sets see counts once, as it does in a run.
    watch.time(ImageStep::computing, set == 0 ? tile_images : 0, [&] {
      for (std::int64_t call = 0; call < calls; ++call) network->forward(pixels[set], features, 0);
    });
  }
  return watch.times(1, 1);
}

double seconds_for_images(const ImageTimes& one_tile, std::int64_t images, std::int64_t tile_images,
                          int ranks, int threads, Computes computes) {
  const std::int64_t padded = (images + tile_images - 1) / tile_images * tile_images;
  const double computing =
      seconds_of_an_image(one_tile.of(ImageStep::computing)) * static_cast<double>(padded);
  double before = 0.0;
  for (const auto step : {ImageStep::reading, ImageStep::decoding, ImageStep::preprocessing}) {
    before += seconds_of_an_image(one_tile.of(step)) * static_cast<double>(images);
  }
  const double of_a_rank =
      computes == Computes::by_gpu ? std::max(computing, before / threads) : (computing + before) / threads;
  return of_a_rank / ranks;
}

}  // namespace shoal
