// VGG with its weights, or raw pixels without.
#include "pipeline/images/network.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "pipeline/images/node_weights.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/compute/raw_pixels.hpp"
#include "shoal/vision/imagenet_classes.hpp"
#include "shoal/vision/vgg_weights.hpp"

namespace shoal {

WeightFile open_weights(const ImageSettings& settings) {
  if (!status_of(settings.weights)) {
    throw InputError(
        fmt::format("the weights '{0}' are not there; name a file of weights of {1}, or make untrained ones "
                    "to try Shoal out: shoal weights make --model {1} FILE",
                    settings.weights.string(), settings.vgg.model));
  }
  return WeightFile(settings.weights);
}

std::optional<WeightsRecord> record_weights(Communicator& comm, const ImageSettings& settings) {
  if (!settings.has_network()) return std::nullopt;
  WeightsRecord record;
  on_root(comm, [&] {
    const WeightFile file = open_weights(settings);
    record = {to_hex(file.digest()), file.origin(), !file.untrained()};
  });
  return broadcast_object(comm, record, 0);
}

namespace {

/// The job's weights, read when the first tensor is asked for: not at all where another rank of the node
/// does.
class LazyWeights {
 public:
  /// digest: of the file that is expected; empty: any.
  LazyWeights(const ImageSettings& settings, std::string digest)
      : settings_(settings), digest_(std::move(digest)) {}

  [[nodiscard]] WeightSource source() {
    return [this](const std::string& name, std::size_t elements) {
      if (!weights_) open();
      return source_(name, elements);
    };
  }

 private:
  void open() {
    file_.emplace(open_weights(settings_));
    if (!digest_.empty() && to_hex(file_->digest()) != digest_) {
      throw InputError(
          fmt::format("the weights '{}' are another file on {} than rank 0 found; give all nodes the same "
                      "file, and do not replace it while a run lasts",
                      settings_.weights.string(), host_name()));
    }
    weights_.emplace(*file_, settings_.vgg.model, settings_.vgg.layer);
    source_ = weights_->source();
  }

  const ImageSettings& settings_;
  std::string digest_;
  std::optional<WeightFile> file_;
  std::optional<VggWeights> weights_;
  WeightSource source_;
};

}  // namespace

NetworkSpec image_network_spec(const ImageSettings& settings, std::int64_t tile_images) {
  NetworkSpec spec = vgg_spec(settings.vgg, settings.resize, tile_images);
  spec.plans = settings.plans;
  return spec;
}

std::unique_ptr<Network> make_image_network(Backend& backend, const ImageSettings& settings,
                                            std::int64_t tile_images, int threads) {
  if (!settings.has_network()) return make_raw_pixels(settings.resize, tile_images, threads);
  LazyWeights weights(settings, "");
  return backend.compile(image_network_spec(settings, tile_images), weights.source());
}

std::unique_ptr<Network> make_image_network(Communicator& comm, Backend& backend,
                                            const ImageSettings& settings,
                                            const std::optional<WeightsRecord>& record,
                                            std::int64_t tile_images, int threads) {
  if (!record) return make_raw_pixels(settings.resize, tile_images, threads);
  LazyWeights weights(settings, record->digest);
  const NetworkSpec spec = image_network_spec(settings, tile_images);
  if (backend.uses_weight_memory()) {
    return backend.compile(spec, weights.source(), make_node_weight_memory(comm));
  }
  std::unique_ptr<Network> network;
  on_all(comm, [&] { network = backend.compile(spec, weights.source()); });
  return network;
}

double seconds_of_tile(Backend& backend, const ImageSettings& settings, std::int64_t tile_images) {
  const auto network = make_image_network(backend, settings, tile_images, 1);
  std::vector<std::uint8_t> pixels(
      static_cast<std::size_t>(tile_images * settings.resize * settings.resize * 3));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 37 % 251);
  std::vector<float> features(static_cast<std::size_t>(tile_images * network->features()));
  network->forward(pixels, features, 0);
  const auto start = std::chrono::steady_clock::now();
  network->forward(pixels, features, 0);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

NetworkMemory image_network_memory(const Backend& backend, const ImageSettings& settings,
                                   std::int64_t tile_images, int threads) {
  if (!settings.has_network()) return {0, 0, settings.resize * settings.resize * 3, threads};
  return backend.network_memory(vgg_spec(settings.vgg, settings.resize, tile_images));
}

std::string feature_name(const ImageSettings& settings, std::int64_t column) {
  if (settings.gives_labels()) return std::string(imagenet_classes()[static_cast<std::size_t>(column)]);
  return fmt::format("{}_{}", settings.has_network() ? settings.vgg.layer : "rgb", column);
}

}  // namespace shoal
