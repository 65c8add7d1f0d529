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
constexpr std::array<std::int64_t, 21> kVgg19{64,  64,  kPool, 128, 128,   kPool, 256, 256, 256, 256,  kPool,
                                              512, 512, 512,   512, kPool, 512,   512, 512, 512, kPool};

struct Model {
  std::string_view name;
  std::span<const std::int64_t> convolutions;
  bool normalised;
  std::int64_t divisor;  ///< of all widths but the number of classes
};
constexpr std::array<Model, 8> kModels{{{"vgg16", kVgg16, false, 1},
                                        {"vgg19", kVgg19, false, 1},
                                        {"vgg16_bn", kVgg16, true, 1},
                                        {"vgg19_bn", kVgg19, true, 1},
                                        {"vgg16_w16", kVgg16, false, 16},
                                        {"vgg19_w16", kVgg19, false, 16},
                                        {"vgg16_bn_w16", kVgg16, true, 16},
                                        {"vgg19_bn_w16", kVgg19, true, 16}}};

constexpr std::int64_t kHidden = 4096;
constexpr std::int64_t kClasses = 1000;
constexpr std::int64_t kPooledSide = 7;

/// A layer's name, after which of the classifier's parts the network ends, and what of that part is left out.
struct NamedLayer {
  std::string_view name;
  std::size_t connected;
  bool relu = false;
  bool softmax = false;
};
constexpr std::array<NamedLayer, 7> kLayers{{{"pool5", 0},
                                             {"fc6_linear", 1},
                                             {"fc6", 1, true},
                                             {"fc7_linear", 2},
                                             {"fc7", 2, true},
                                             {"fc8", 3},
                                             {"labels", 3, false, true}}};

struct Convention {
  std::string_view name;
  Normalisation normalisation;
};
constexpr std::array<Convention, 2> kConventions{
    {// Of the training set, as torchvision normalises with.
     {"torchvision", {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}}},
     // Means of the training set by blue, green, red, as the networks' authors took them and Keras still
     // does.
     {"keras", {{103.939F, 116.779F, 123.68F}, {1.0F, 1.0F, 1.0F}, 1.0F, true}}}};

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

/// Calls on_convolution(index, width) and on_pool() in order. torchvision counts normalisations, ReLUs and
/// pools too: a convolution moves on by two or three, a pool by one.
template <class OnConvolution, class OnPool>
void walk(const Model& model, const OnConvolution& on_convolution, const OnPool& on_pool) {
  int index = 0;
  for (const std::int64_t width : model.convolutions) {
    if (width == kPool) {
      on_pool();
      index += 1;
    } else {
      on_convolution(index, width / model.divisor);
      index += model.normalised ? 3 : 2;
    }
  }
}

std::string feature_tensor(int index, std::string_view part) {
  return fmt::format("features.{}.{}", index, part);
}

std::vector<Layer> convolution_layers(const Model& model) {
  std::vector<Layer> layers;
  walk(
      model,
      [&](int index, std::int64_t width) {
        layers.emplace_back(
            Convolution{feature_tensor(index, "weight"), feature_tensor(index, "bias"), width});
      },
      [&] { layers.emplace_back(MaxPool{}); });
  return layers;
}

/// The tensors of convolutions; `in` becomes the channels that the last one leaves.
std::vector<TensorShape> convolution_tensors(const Model& model, std::int64_t& in) {
  std::vector<TensorShape> tensors;
  walk(
      model,
      [&](int index, std::int64_t width) {
        tensors.push_back({feature_tensor(index, "weight"), {width, in, 3, 3}, TensorRole::weight});
        tensors.push_back({feature_tensor(index, "bias"), {width}, TensorRole::bias});
        in = width;
        if (!model.normalised) return;
        tensors.push_back({feature_tensor(index + 1, "weight"), {width}, TensorRole::scale});
        tensors.push_back({feature_tensor(index + 1, "bias"), {width}, TensorRole::shift});
        tensors.push_back({feature_tensor(index + 1, "running_mean"), {width}, TensorRole::mean});
        tensors.push_back({feature_tensor(index + 1, "running_var"), {width}, TensorRole::variance});
      },
      [] {});
  return tensors;
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

NetworkSpec vgg_spec(const VggChoice& choice, std::int64_t side, std::int64_t tile_images) {
  const Model& model = find("model", choice.model, kModels);
  const NamedLayer& layer = find("layer", choice.layer, kLayers);
  const Convention& convention = find("convention", choice.convention, kConventions);
  if (side < 32)
    throw UsageError(fmt::format("images of {0} x {0} are too small for VGG; ask for 32 at least", side));
  if (tile_images < 1)
    throw UsageError(fmt::format("a tile of {} images is empty; ask for 1 at least", tile_images));
  NetworkSpec spec{tile_images, side, convention.normalisation, convolution_layers(model), choice.precision};
  if (layer.connected == 0) return spec;
  spec.layers.emplace_back(AdaptiveAveragePool{kPooledSide});
  auto connected = connected_layers(model, layer.connected);
  connected.back().relu = layer.relu;
  spec.layers.insert(spec.layers.end(), connected.begin(), connected.end());
  if (layer.softmax) spec.layers.emplace_back(Softmax{});
  return spec;
}

std::vector<std::string_view> vgg_models() { return names_of(kModels); }
std::vector<std::string_view> vgg_layers() { return names_of(kLayers); }
std::vector<std::string_view> vgg_conventions() { return names_of(kConventions); }

std::int64_t TensorShape::elements() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<TensorShape> vgg_tensors(std::string_view model_name, std::string_view layer_name) {
  const Model& model = find("model", model_name, kModels);
  const NamedLayer& last = find("layer", layer_name, kLayers);
  std::int64_t in = 3;
  std::vector<TensorShape> tensors = convolution_tensors(model, in);
  in *= kPooledSide * kPooledSide;
  for (const FullyConnected& layer : connected_layers(model, last.connected)) {
    tensors.push_back({layer.weights, {layer.out_features, in}, TensorRole::weight});
    tensors.push_back({layer.bias, {layer.out_features}, TensorRole::bias});
    in = layer.out_features;
  }
  return tensors;
}

}  // namespace shoal
