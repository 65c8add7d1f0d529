// The last tile is computed like a whole one, so tiles count for computing, and images for the rest.
#include "pipeline/images/seconds.hpp"

#include <algorithm>

#include "pipeline/images/decoder.hpp"
#include "pipeline/images/network.hpp"

namespace shoal {
namespace {

/// As many as a tile has, evenly spread, so that one folder of small photos does not speak for all.
TileCandidates sample_of(const std::vector<ImageCandidate>& candidates, std::int64_t tile_images) {
  TileCandidates sample;
  const auto count = std::min(candidates.size(), static_cast<std::size_t>(tile_images));
  for (std::size_t i = 0; i < count; ++i) sample.push_back(candidates[i * candidates.size() / count]);
  return sample;
}

double seconds_of_an_image(const StepTime& step) {
  return step.images > 0 ? step.seconds / static_cast<double>(step.images) : 0.0;
}

}  // namespace

ImageTimes time_one_tile(RunState& state) {
  const ImageFeatures& settings = *state.job.image;
  const auto image_bytes = static_cast<std::size_t>(settings.resize * settings.resize * 3);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(state.tile_images) * image_bytes);
  ImageStopwatch watch;
  const DecodeImage decode = image_decoder(*state.image_files, settings, watch);
  std::size_t place = 0;
  for (const ImageCandidate& candidate : sample_of(state.index->at_home, state.tile_images)) {
    decode(candidate, std::span(pixels).subspan(place++ * image_bytes, image_bytes));
  }
  const auto network = make_image_network(state.backend, settings, state.tile_images, 1);
  std::vector<float> features(static_cast<std::size_t>(state.tile_images * network->features()));
  // The second time counts: the first one finds its memory untouched.
  network->forward(pixels, features, 0);
  watch.time(ImageStep::computing, state.tile_images, [&] { network->forward(pixels, features, 0); });
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
