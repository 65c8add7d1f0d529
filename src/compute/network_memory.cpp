// Follows an image's shape through the layers as the network itself does.
#include "network_memory.hpp"

#include <algorithm>
#include <variant>

#include "fully_connected.hpp"

namespace shoal {
namespace {

/// oneDNN lays channels out in groups of this many at most.
constexpr std::int64_t kChannelGroup = 16;

std::int64_t filled_up(std::int64_t count, std::int64_t step) { return (count + step - 1) / step * step; }

class Sizes {
 public:
  explicit Sizes(std::int64_t side) : side_(side) { see_image(); }

  void operator()(const Convolution& layer) {
    weights_ += filled_up(layer.out_channels, kChannelGroup) * channels_ * 9 + layer.out_channels;
    channels_ = layer.out_channels;
    see_image();
  }
  void operator()(const MaxPool&) { side_ /= 2; }
  void operator()(const AdaptiveAveragePool& layer) { side_ = layer.side; }
  void operator()(const FullyConnected& layer) {
    const std::int64_t in = features();
    weights_ += filled_up(in, PackedFullyConnected::kChunk) * layer.out_features + layer.out_features;
    widest_ = std::max({widest_, in, layer.out_features});
    connected_ = layer.out_features;
  }

  void operator()(const Softmax&) {}

  /// Of an image, at the end.
  [[nodiscard]] std::int64_t features() const {
    return connected_ > 0 ? connected_ : channels_ * side_ * side_;
  }
  /// In numbers of four bytes.
  [[nodiscard]] std::int64_t weights() const { return weights_; }
  [[nodiscard]] std::int64_t activations(std::int64_t tile_images) const {
    return 2 * largest_image_ + 2 * tile_images * std::max(widest_, features());
  }

 private:
  void see_image() { largest_image_ = std::max(largest_image_, channels_ * side_ * side_); }

  std::int64_t channels_ = 3;
  std::int64_t side_;
  std::int64_t connected_ = 0;  ///< features after the last fully connected layer so far
  std::int64_t weights_ = 0;
  std::int64_t largest_image_ = 0;
  std::int64_t widest_ = 0;
};

}  // namespace

NetworkMemory cpu_network_memory(const NetworkSpec& spec, int workers) {
  Sizes sizes(spec.side);
  for (const Layer& layer : spec.layers) std::visit(sizes, layer);
  constexpr auto kBytes = static_cast<std::int64_t>(sizeof(float));
  return {kBytes * sizes.weights(), kBytes * workers * sizes.activations(spec.tile_images), sizes.features()};
}

}  // namespace shoal
