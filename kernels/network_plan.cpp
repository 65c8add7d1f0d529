// Follows a tile's shape through the layers, as network_builder.hpp does with the layers themselves.
#include "network_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "products.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kFloat = 4;

std::int64_t element_bytes(const NetworkSpec& spec) { return spec.precision == Precision::bf16 ? 2 : 4; }

class Follower {
 public:
  explicit Follower(const NetworkSpec& spec)
      : images_(spec.tile_images), element_(element_bytes(spec)), side_(spec.side) {
    plan_.weight_bytes = 3 * 256 * kFloat;
  }

  void operator()(const Convolution& layer) {
    expect_image();
    const std::int64_t out = filled_up(layer.out_channels, kChannelStep);
    // The first layer's weights stay in float32: it computes from bytes, not on tensor cores.
    plan_.weight_bytes +=
        first_ ? 27 * out * kFloat : 9 * filled_up(channels_, kChannelStep) * out * element_;
    plan_.weight_bytes += out * kFloat;
    if (!first_) plan_.convolutions.push_back({{images_, side_, filled_up(channels_, kChannelStep)}, out});
    channels_ = layer.out_channels;
    leave_layer();
  }
  void operator()(const MaxPool&) {
    expect_image();
    begin_with_pixels();
    side_ /= 2;
    if (side_ == 0) throw FailureError("the images are too small for so many pools; ask for larger ones");
    leave_layer();
  }
  void operator()(const AdaptiveAveragePool& layer) {
    expect_image();
    begin_with_pixels();
    side_ = layer.side;
    leave_layer();
  }
  void operator()(const FullyConnected& layer) {
    if (softmax_) refuse_order();
    begin_with_pixels();
    const std::int64_t in = connected_ > 0 ? filled_up(connected_, kChannelStep)
                                           : side_ * side_ * filled_up(channels_, kChannelStep);
    const std::int64_t out = filled_up(layer.out_features, kChannelStep);
    plan_.weight_bytes += in * out * element_ + out * kFloat;
    plan_.partial = std::max(plan_.partial, splits_of(in) * images_ * out);
    connected_ = layer.out_features;
    leave_layer();
  }
  void operator()(const Softmax&) {
    if (connected_ == 0 || softmax_) refuse_order();
    softmax_ = true;
  }

  [[nodiscard]] NetworkPlan finish() {
    plan_.features = connected_ > 0 ? connected_ : channels_ * side_ * side_;
    plan_.feature_stride = connected_ > 0 ? filled_up(connected_, kChannelStep) : plan_.features;
    return plan_;
  }

 private:
  [[noreturn]] static void refuse_order() {
    throw FailureError(
        "after a fully connected layer only others and a softmax at the end can follow; reorder the layers");
  }
  void expect_image() const {
    if (connected_ > 0) refuse_order();
  }
  /// A network that does not begin with a convolution first writes its normalised pixels.
  void begin_with_pixels() {
    if (first_) leave_layer();
  }
  void leave_layer() {
    first_ = false;
    const std::int64_t image = connected_ > 0 ? filled_up(connected_, kChannelStep)
                                              : side_ * side_ * filled_up(channels_, kChannelStep);
    plan_.largest_activations = std::max(plan_.largest_activations, images_ * image);
  }

  NetworkPlan plan_;
  std::int64_t images_;
  std::int64_t element_;
  std::int64_t side_;
  std::int64_t channels_ = 3;
  std::int64_t connected_ = 0;
  bool first_ = true;
  bool softmax_ = false;
};

}  // namespace

NetworkPlan plan_network(const NetworkSpec& spec) {
  if (spec.precision == Precision::fp32_winograd) {
    throw UsageError("the GPU has no Winograd convolutions; ask for precision fp32 or bf16, or for the CPU");
  }
  if (spec.tile_images < 1 || spec.side < 1 || spec.layers.empty()) {
    throw FailureError(
        fmt::format("a network of {} layers on tiles of {} images with side {} cannot be compiled; "
                    "each must be at least 1",
                    spec.layers.size(), spec.tile_images, spec.side));
  }
  Follower follower(spec);
  for (const Layer& layer : spec.layers) std::visit(follower, layer);
  return follower.finish();
}

std::int64_t NetworkPlan::device_bytes(const NetworkSpec& spec, int tiles) const {
  const std::int64_t pixels = spec.tile_images * spec.side * spec.side * 3;
  return weight_bytes + 2 * largest_activations * element_bytes(spec) + partial * kFloat +
         kProductsWorkspace + tiles * (pixels + spec.tile_images * feature_stride * kFloat);
}

std::int64_t NetworkPlan::pinned_bytes(const NetworkSpec& spec, int tiles) const {
  const std::int64_t pixels = spec.tile_images * spec.side * spec.side * 3;
  return tiles * (pixels + spec.tile_images * feature_stride * kFloat);
}

}  // namespace shoal
