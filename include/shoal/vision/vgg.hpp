// The VGG networks as lists of layers, and the tensors that their weights consist of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/compute/network.hpp"

namespace shoal {

/// The network that turns side x side RGB pixels into the named layer's numbers.
/// model: "vgg16", or "vgg16_w16", the same with a sixteenth of all widths, for tests of ranks and stopping.
/// layer: "fc6_linear", "fc6", "fc7_linear" or "fc7"; the ones without "_linear" are taken after their ReLU.
/// Throws UsageError for an unknown model or layer, naming the known ones, and for a side below 32 (nothing
/// is left after five poolings) or a tile without images.
NetworkSpec vgg_spec(std::string_view model, std::string_view layer, std::int64_t side,
                     std::int64_t tile_images);

std::vector<std::string_view> vgg_models();
std::vector<std::string_view> vgg_layers();

/// A weight or bias tensor, under torchvision's name.
struct TensorShape {
  std::string name;
  std::vector<std::int64_t> shape;  ///< (out, in, 3, 3), (out, in) or (out)
  [[nodiscard]] std::int64_t elements() const;
};

/// All tensors of a model in torchvision's order, fc8 included. Throws UsageError as vgg_spec does.
std::vector<TensorShape> vgg_tensors(std::string_view model);

}  // namespace shoal
