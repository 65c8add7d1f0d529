// The part of a network that oneDNN computes: from pixels to the numbers that the fully connected layers
// take.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "shoal/compute/network.hpp"
#include "weight_layout.hpp"

namespace shoal {

/// Convolutions and pools, compiled for one image at a time: what an image becomes cannot depend on its
/// neighbours in the tile or its place in it, and its activations stay nearer to the processor.
class ImageStack {
 public:
  virtual ~ImageStack() = default;
  /// Channels x height x width after the last layer.
  [[nodiscard]] virtual std::int64_t features() const = 0;
  /// What each worker takes of memory.
  [[nodiscard]] virtual std::size_t bytes_of_worker() const = 0;
  /// weights: what the layout given at compiling was placed as; they must outlive this object.
  virtual void start(std::span<const std::byte> weights, int workers) = 0;
  /// pixels: (side, side, 3) uint8. features: (channels, height, width). Two calls at a time must name
  /// different workers. Throws Interrupted between layers when a stop is requested.
  virtual void run(std::span<const std::uint8_t> pixels, std::span<float> features, int worker) = 0;
};

/// layers: those of `spec` before its first fully connected one. Their tensors join the layout, and are read
/// from `weights` when it is placed. start() must be called before run().
std::unique_ptr<ImageStack> compile_image_stack(const NetworkSpec& spec, std::span<const Layer> layers,
                                                const WeightSource& weights, WeightLayout& layout);

}  // namespace shoal
