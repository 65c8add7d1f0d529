// A fully connected layer of ours: oneDNN's matrix product gives a row other bits in another batch under
// AVX2.
#pragma once

#include <cstdint>
#include <span>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/compute/network.hpp"
#include "weight_layout.hpp"

namespace shoal {

/// y = W x + b, optionally max(y, 0), for a tile of rows. Inputs are taken in chunks of kChunk; within a
/// chunk eight lanes add up products, and the chunks' sums are added in order: a row's bits depend on nothing
/// but that row. The weights lie chunk by chunk, so that a tile reads each of them once, in the order of
/// memory. In bf16 weights and inputs are rounded, and their products, which are exact, summed in float32.
class PackedFullyConnected {
 public:
  static constexpr std::int64_t kChunk = 512;

  /// The layer's tensors join the layout, and are read from `weights` when it is placed.
  PackedFullyConnected(const FullyConnected& layer, std::int64_t in_features, Precision precision,
                       const WeightSource& weights, WeightLayout& layout, InstructionLevel level);
  /// weights: what the layout was placed as; they must outlive this object.
  void start(std::span<const std::byte> weights) { weights_ = weights; }

  [[nodiscard]] std::int64_t in_features() const { return in_; }
  [[nodiscard]] std::int64_t out_features() const { return out_; }
  /// x: (rows, in). y: (rows, out), not overlapping x. After start().
  void apply(const float* x, std::int64_t rows, float* y) const;

 private:
  [[nodiscard]] std::int64_t chunks() const { return (in_ + kChunk - 1) / kChunk; }
  /// All products, added to y. Weight: float, or std::uint16_t for bfloat16.
  template <class Weight>
  void add_products(const float* x, std::int64_t rows, float* y) const;

  std::int64_t in_;
  std::int64_t out_;
  bool relu_;
  bool bf16_;
  bool avx2_;
  std::size_t packed_;  ///< offset of (chunks, out, kChunk); the last chunk is filled up with zeros
  std::size_t bias_;    ///< offset of (out), float32
  std::span<const std::byte> weights_;
};

}  // namespace shoal
