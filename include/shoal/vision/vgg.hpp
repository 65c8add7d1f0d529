// The VGG networks as lists of layers, and the tensors that their weights consist of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/compute/network.hpp"

namespace shoal {

/// What a job asks for of VGG.
struct VggChoice {
  /// vgg16, vgg19, vgg16_bn or vgg19_bn (batch-normalised); with "_w16" a sixteenth as wide, for tests and
  /// trials.
  std::string model = "vgg16";
  /// pool5 is the last pooling's output, (side / 32)² cells of 512 channels, flattened as channel, row,
  /// column, before the adaptive pooling; fc6 and fc7 are taken after their ReLU, with "_linear" before it;
  /// fc8 are the scores of the classes, labels their probabilities.
  std::string layer = "fc7";
  /// How pixels are normalised. torchvision: RGB, (x / 255 - mean) / std of ImageNet; keras: BGR, x - mean.
  std::string convention = "torchvision";
  Precision precision = Precision::fp32;
};

/// The network that turns side x side RGB pixels into the chosen layer's numbers.
/// Throws UsageError for an unknown model, layer or convention, naming the known ones, and for a side below
/// 32 (nothing is left after five poolings) or a tile without images.
NetworkSpec vgg_spec(const VggChoice& choice, std::int64_t side, std::int64_t tile_images);

std::vector<std::string_view> vgg_models();
std::vector<std::string_view> vgg_layers();
std::vector<std::string_view> vgg_conventions();

/// What a tensor is to its layer. The last four are batch normalisation's.
enum class TensorRole : std::uint8_t { weight, bias, scale, shift, mean, variance };

/// A tensor, under torchvision's name.
struct TensorShape {
  std::string name;
  std::vector<std::int64_t> shape;  ///< (out, in, 3, 3), (out, in) or (out)
  TensorRole role = TensorRole::weight;
  [[nodiscard]] std::int64_t elements() const;
};

/// The tensors that a layer of a model needs, in torchvision's order; fc8 needs all. Throws UsageError as
/// vgg_spec does.
std::vector<TensorShape> vgg_tensors(std::string_view model, std::string_view layer = "fc8");

}  // namespace shoal
