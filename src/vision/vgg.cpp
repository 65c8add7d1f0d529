// VGG (Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2015) as
// torchvision builds it and names its tensors.
#include "shoal/vision/vgg.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <span>

#include "shoal/base/edit_distance.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// A max pool in a list of convolutions' output channels.
constexpr std::int64_t kPool = 0;
constexpr std::array<std::int64_t, 18> kVgg16{64,    64,  kPool, 128, 128,   kPool, 256, 256, 256,
                                              kPool, 512, 512,   512, kPool, 512,   512, 512, kPool};

struct Model {
  std::string_view name;
  std::span<const std::int64_t> convolutions;
  std::int64_t divisor;  ///< of all widths but the number of classes
};
constexpr std::array<Model, 2> kModels{{{"vgg16", kVgg16, 1}, {"vgg16_w16", kVgg16, 16}}};

constexpr std::int64_t kHidden = 4096;
constexpr std::int64_t kClasses = 1000;
constexpr std::int64_t kPooledSide = 7;

/// A layer's name, after which of the classifier's parts the network ends, and whether its ReLU is included.
struct NamedLayer {
  std::string_view name;
  std::size_t connected;
  bool relu;
};
constexpr std::array<NamedLayer, 4> kLayers{
    {{"fc6_linear", 1, false}, {"fc6", 1, true}, {"fc7_linear", 2, false}, {"fc7", 2, true}}};

/// Of the training set, as torchvision normalises with.
constexpr Normalisation kImageNet{{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}};

template <class Entry, std::size_t n>
std::vector<std::string_view> names_of(const std::array<Entry, n>& table) {
  std::vector<std::string_view> names;
  for (const auto& entry : table) names.push_back(entry.name);
  return names;
}

template <class Entry, std::size_t n>
const Entry& find(const char* kind, std::string_view name, const std::array<Entry, n>& table) {
  for (const auto& entry : table) {
    if (entry.name == name) return entry;
  }
  const auto names = names_of(table);
  throw UsageError(fmt::format("there is no {} '{}'; did you mean '{}'? Known are {}", kind, name,
                               nearest_word(name, names), fmt::join(names, ", ")));
}

/// torchvision counts ReLUs and pools too: a convolution moves on by two, a pool by one.
std::vector<Layer> convolution_layers(const Model& model) {
  std::vector<Layer> layers;
  int index = 0;
  for (const std::int64_t width : model.convolutions) {
    if (width == kPool) {
      layers.emplace_back(MaxPool{});
      index += 1;
    } else {
      layers.emplace_back(Convolution{fmt::format("features.{}.weight", index),
                                      fmt::format("features.{}.bias", index), width / model.divisor});
      index += 2;
    }
  }
  return layers;
}

/// The first `count` of fc6, fc7 and fc8; between them stand a ReLU and a dropout, hence the steps of three.
std::vector<FullyConnected> connected_layers(const Model& model, std::size_t count) {
  const std::int64_t hidden = kHidden / model.divisor;
  std::vector<FullyConnected> layers;
  for (std::size_t i = 0; i < count; ++i) {
    layers.push_back({fmt::format("classifier.{}.weight", 3 * i), fmt::format("classifier.{}.bias", 3 * i),
                      i < 2 ? hidden : kClasses, true});
  }
  return layers;
}

}  // namespace

NetworkSpec vgg_spec(std::string_view model_name, std::string_view layer_name, std::int64_t side,
                     std::int64_t tile_images) {
  const Model& model = find("model", model_name, kModels);
  const NamedLayer& layer = find("layer", layer_name, kLayers);
  if (side < 32)
    throw UsageError(fmt::format("images of {0} x {0} are too small for VGG; ask for 32 at least", side));
  if (tile_images < 1)
    throw UsageError(fmt::format("a tile of {} images is empty; ask for 1 at least", tile_images));
  NetworkSpec spec{tile_images, side, kImageNet, convolution_layers(model)};
  spec.layers.emplace_back(AdaptiveAveragePool{kPooledSide});
  auto connected = connected_layers(model, layer.connected);
  connected.back().relu = layer.relu;
  spec.layers.insert(spec.layers.end(), connected.begin(), connected.end());
  return spec;
}

std::vector<std::string_view> vgg_models() { return names_of(kModels); }
std::vector<std::string_view> vgg_layers() { return names_of(kLayers); }

std::int64_t TensorShape::elements() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<TensorShape> vgg_tensors(std::string_view model_name) {
  const Model& model = find("model", model_name, kModels);
  std::vector<TensorShape> tensors;
  std::int64_t in = 3;
  for (const Layer& layer : convolution_layers(model)) {
    const auto* convolution = std::get_if<Convolution>(&layer);
    if (convolution == nullptr) continue;
    tensors.push_back({convolution->weights, {convolution->out_channels, in, 3, 3}});
    tensors.push_back({convolution->bias, {convolution->out_channels}});
    in = convolution->out_channels;
  }
  in *= kPooledSide * kPooledSide;
  for (const FullyConnected& layer : connected_layers(model, 3)) {
    tensors.push_back({layer.weights, {layer.out_features, in}});
    tensors.push_back({layer.bias, {layer.out_features}});
    in = layer.out_features;
  }
  return tensors;
}

}  // namespace shoal
