// Networks on the CPU: weights once for all workers, activations once for each.
#include "cpu_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "fully_connected.hpp"
#include "onednn_network.hpp"
#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/stop.hpp"
#include "softmax.hpp"
#include "weight_layout.hpp"

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
                                                       WeightLayout& layout, InstructionLevel level) {
  std::vector<PackedFullyConnected> packed;
  const std::size_t end = spec.layers.size() - (ends_with_softmax(spec) ? 1 : 0);
  for (std::size_t i = first; i < end; ++i) {
    const auto* layer = std::get_if<FullyConnected>(&spec.layers[i]);
    if (layer == nullptr) {
      throw FailureError(
          "after a fully connected layer only others and a softmax at the end can follow; reorder the "
          "layers");
    }
    packed.emplace_back(*layer, in_features, spec.precision, weights, layout, level);
    in_features = layer->out_features;
  }
  return packed;
}

/// A network whose shapes are settled and whose weights have not been read.
struct Plan {
  WeightLayout layout;
  std::unique_ptr<ImageStack> images;
  std::vector<PackedFullyConnected> connected;

  /// Numbers of an image that a worker holds before or after a fully connected layer, at most.
  [[nodiscard]] std::int64_t widest() const {
    std::int64_t widest = images->features();
    for (const auto& layer : connected) widest = std::max(widest, layer.out_features());
    return widest;
  }
  [[nodiscard]] std::int64_t features() const {
    return connected.empty() ? images->features() : connected.back().out_features();
  }
};

/// weights: to be read when the layout is placed; must be there until then.
Plan plan_network(const NetworkSpec& spec, const WeightSource& weights, const CpuOptions& options) {
  if (spec.tile_images < 1 || spec.side < 1 || spec.layers.empty()) {
    throw FailureError(
        fmt::format("a network of {} layers on tiles of {} images with side {} cannot be compiled; "
                    "each must be at least 1",
                    spec.layers.size(), spec.tile_images, spec.side));
  }
  Plan plan;
  const auto layers = image_layers(spec);
  plan.images = compile_image_stack(spec, layers, weights, plan.layout);
  plan.connected =
      pack_fully_connected(spec, layers.size(), plan.images->features(), weights, plan.layout, options.level);
  return plan;
}

class CpuNetwork final : public Network {
 public:
  CpuNetwork(const NetworkSpec& spec, Plan plan, std::unique_ptr<WeightMemory> memory, int workers)
      : tile_(spec.tile_images),
        image_bytes_(static_cast<std::size_t>(spec.side * spec.side * 3)),
        memory_(std::move(memory)),
        softmax_(ends_with_softmax(spec)) {
    const auto weights = plan.layout.place(*memory_);
    const auto bytes = static_cast<std::size_t>(tile_ * plan.widest()) * sizeof(float);
    images_ = std::move(plan.images);
    connected_ = std::move(plan.connected);
    images_->start(weights, workers);
    for (auto& layer : connected_) layer.start(weights);
    for (int i = 0; i < workers; ++i) workers_.push_back({AlignedBuffer(bytes), AlignedBuffer(bytes)});
  }

  [[nodiscard]] std::int64_t tile_images() const override { return tile_; }
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
  std::unique_ptr<WeightMemory> memory_;
  std::unique_ptr<ImageStack> images_;
  std::vector<PackedFullyConnected> connected_;
  bool softmax_;
  std::vector<Worker> workers_;
};

}  // namespace

std::unique_ptr<Network> compile_cpu_network(const NetworkSpec& spec, const WeightSource& weights,
                                             std::unique_ptr<WeightMemory> memory,
                                             const CpuOptions& options) {
  return std::make_unique<CpuNetwork>(spec, plan_network(spec, weights, options), std::move(memory),
                                      options.threads);
}

NetworkMemory cpu_network_memory(const NetworkSpec& spec, const CpuOptions& options) {
  const WeightSource unread = [](const std::string&, std::size_t) { return std::span<const float>(); };
  const Plan plan = plan_network(spec, unread, options);
  const auto of_worker = static_cast<std::int64_t>(plan.images->bytes_of_worker()) +
                         2 * spec.tile_images * plan.widest() * static_cast<std::int64_t>(sizeof(float));
  return {static_cast<std::int64_t>(plan.layout.bytes()), options.threads * of_worker, plan.features(),
          options.threads};
}

}  // namespace shoal
