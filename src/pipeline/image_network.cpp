// VGG with its weights, or raw pixels without.
#include "image_network.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "shoal/base/error.hpp"
#include "shoal/compute/raw_pixels.hpp"
#include "shoal/vision/imagenet_classes.hpp"
#include "shoal/vision/vgg_weights.hpp"

namespace shoal {

std::optional<WeightFile> open_weights(const ImageFeatures& settings) {
  if (settings.kind == ImageFeatureKind::rgb) return std::nullopt;
  if (!std::filesystem::exists(settings.weights)) {
    throw InputError(
        fmt::format("the weights '{0}' are not there; name a file of weights of {1}, or make untrained ones "
                    "to try Shoal out: shoal weights make --model {1} FILE",
                    settings.weights.string(), settings.vgg.model));
  }
  return WeightFile(settings.weights);
}

std::unique_ptr<Network> make_image_network(Backend& backend, const ImageFeatures& settings,
                                            std::optional<WeightFile> weights, std::int64_t tile_images,
                                            int threads) {
  if (!weights) return make_raw_pixels(settings.resize, tile_images, threads);
  const VggWeights of_network(*weights, settings.vgg.model);
  return backend.compile(vgg_spec(settings.vgg, settings.resize, tile_images), of_network.source());
}

NetworkMemory image_network_memory(const Backend& backend, const ImageFeatures& settings,
                                   std::int64_t tile_images) {
  if (settings.kind == ImageFeatureKind::rgb) return {0, 0, settings.resize * settings.resize * 3};
  return backend.network_memory(vgg_spec(settings.vgg, settings.resize, tile_images));
}

std::vector<std::string> feature_names(const ImageFeatures& settings, std::int64_t count) {
  const bool rgb = settings.kind == ImageFeatureKind::rgb;
  if (settings.gives_labels()) return {imagenet_classes().begin(), imagenet_classes().end()};
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i)
    names.push_back(fmt::format("{}_{}", rgb ? "rgb" : settings.vgg.layer, i));
  return names;
}

}  // namespace shoal
