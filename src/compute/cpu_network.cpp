// Networks on the CPU: weights once for all workers, activations once for each.
#include "cpu_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "aligned_buffer.hpp"
#include "fully_connected.hpp"
#include "onednn_network.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/stop.hpp"
#include "softmax.hpp"

namespace shoal {
namespace {

/// The layers before the first fully connected one.
std::span<const Layer> image_layers(const NetworkSpec& spec) {
  const auto end = std::find_if(spec.layers.begin(), spec.layers.end(), [](const Layer& layer) {
    return std::holds_alternative<FullyConnected>(layer);
  });
  return {spec.layers.begin(), end};
}

bool ends_with_softmax(const NetworkSpec& spec) {
  return std::holds_alternative<Softmax>(spec.layers.back());
}

/// The layers from number `first` on, but for a softmax at the end.
std::vector<PackedFullyConnected> pack_fully_connected(const NetworkSpec& spec, std::size_t first,
                                                       std::int64_t in_features, const WeightSource& weights,
                                                       InstructionLevel level) {
  std::vector<PackedFullyConnected> packed;
  const std::size_t end = spec.layers.size() - (ends_with_softmax(spec) ? 1 : 0);
  for (std::size_t i = first; i < end; ++i) {
    const auto* layer = std::get_if<FullyConnected>(&spec.layers[i]);
    if (layer == nullptr) {
      throw FailureError(
          "after a fully connected layer only others and a softmax at the end can follow; reorder the "
          "layers");
    }
    packed.emplace_back(*layer, in_features, weights, level);
    in_features = layer->out_features;
  }
  return packed;
}

class CpuNetwork final : public Network {
 public:
  CpuNetwork(const NetworkSpec& spec, const WeightSource& weights, const CpuOptions& options)
      : tile_(spec.tile_images),
        image_bytes_(static_cast<std::size_t>(spec.side * spec.side * 3)),
        images_(compile_image_stack(spec, image_layers(spec), weights, options.threads)),
        connected_(pack_fully_connected(spec, image_layers(spec).size(), images_->features(), weights,
                                        options.level)),
        softmax_(ends_with_softmax(spec)) {
    std::int64_t widest = images_->features();
    for (const auto& layer : connected_) widest = std::max(widest, layer.out_features());
    const auto bytes = static_cast<std::size_t>(tile_ * widest) * sizeof(float);
    for (int i = 0; i < options.threads; ++i)
      workers_.push_back({AlignedBuffer(bytes), AlignedBuffer(bytes)});
  }

  [[nodiscard]] std::int64_t features() const override {
    return connected_.empty() ? images_->features() : connected_.back().out_features();
  }
  [[nodiscard]] int workers() const override { return static_cast<int>(workers_.size()); }

  void forward(std::span<const std::uint8_t> pixels, std::span<float> features, int worker) override {
    SHOAL_EXPECT(pixels.size() == static_cast<std::size_t>(tile_) * image_bytes_);
    SHOAL_EXPECT(std::ssize(features) == tile_ * this->features());
    SHOAL_EXPECT(0 <= worker && worker < workers());
    Worker& own = workers_[static_cast<std::size_t>(worker)];
    const auto numbers = static_cast<std::size_t>(images_->features());
    for (std::size_t i = 0; i < static_cast<std::size_t>(tile_); ++i) {
      images_->run(pixels.subspan(i * image_bytes_, image_bytes_), {own.from.floats() + i * numbers, numbers},
                   worker);
    }
    for (const auto& layer : connected_) {
      leave_if_stop_requested();
      layer.apply(own.from.floats(), tile_, own.to.floats());
      std::swap(own.from, own.to);
    }
    std::copy_n(own.from.floats(), features.size(), features.data());
    if (softmax_) softmax(features.data(), tile_, this->features());
  }

 private:
  /// A tile's activations before and after a fully connected layer.
  struct Worker {
    AlignedBuffer from;
    AlignedBuffer to;
  };

  std::int64_t tile_;
  std::size_t image_bytes_;
  std::unique_ptr<ImageStack> images_;
  std::vector<PackedFullyConnected> connected_;
  bool softmax_;
  std::vector<Worker> workers_;
};

}  // namespace

std::unique_ptr<Network> compile_cpu_network(const NetworkSpec& spec, const WeightSource& weights,
                                             const CpuOptions& options) {
  if (spec.tile_images < 1 || spec.side < 1 || spec.layers.empty()) {
    throw FailureError(
        fmt::format("a network of {} layers on tiles of {} images with side {} cannot be compiled; "
                    "each must be at least 1",
                    spec.layers.size(), spec.tile_images, spec.side));
  }
  return std::make_unique<CpuNetwork>(spec, weights, options);
}

}  // namespace shoal
