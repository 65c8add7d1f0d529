// What a list of layers comes to on the device: shapes and bytes, before anything is allocated.
#pragma once

#include <cstdint>
#include <vector>

#include "image_shape.hpp"
#include "shoal/compute/network.hpp"

namespace shoal {

struct NetworkPlan {
  std::int64_t features = 0;             ///< numbers per image that the network returns
  std::int64_t feature_stride = 0;       ///< numbers from one image's to the next on the device
  std::int64_t largest_activations = 0;  ///< elements between layers, for a tile
  std::int64_t partial = 0;              ///< floats of the largest split product; 0 without a connected layer
  std::int64_t weight_bytes = 0;         ///< tables and biases included
  std::vector<ConvolutionShape> convolutions{};  ///< all but a first layer, in order
  /// Device bytes of a network with so many tiles in flight.
  [[nodiscard]] std::int64_t device_bytes(const NetworkSpec& spec, int tiles) const;
  /// Pinned host bytes of the same.
  [[nodiscard]] std::int64_t pinned_bytes(const NetworkSpec& spec, int tiles) const;
};

/// Throws FailureError for a list of layers that makes no network, UsageError for a precision that only the
/// CPU has.
NetworkPlan plan_network(const NetworkSpec& spec);

}  // namespace shoal
