// A fully connected layer of ours: oneDNN's matrix product gives a row other bits in another batch under
// AVX2.
#pragma once

#include <cstdint>
#include <span>

#include "aligned_buffer.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/compute/network.hpp"

namespace shoal {

/// y = W x + b, optionally max(y, 0), for a tile of rows. Inputs are taken in chunks of kChunk; within a
/// chunk eight lanes add up products, and the chunks' sums are added in order: a row's bits depend on nothing
/// but that row. The weights lie chunk by chunk, so that a tile reads each of them once, in the order of
/// memory.
class PackedFullyConnected {
 public:
  static constexpr std::int64_t kChunk = 512;

  PackedFullyConnected(const FullyConnected& layer, std::int64_t in_features, const WeightSource& weights,
                       InstructionLevel level);

  [[nodiscard]] std::int64_t in_features() const { return in_; }
  [[nodiscard]] std::int64_t out_features() const { return out_; }
  /// x: (rows, in). y: (rows, out), not overlapping x.
  void apply(const float* x, std::int64_t rows, float* y) const;

 private:
  [[nodiscard]] std::int64_t chunks() const { return (in_ + kChunk - 1) / kChunk; }
  void pack(std::span<const float> weights);
  /// Adds one chunk's products for two outputs from number `output` on and up to four rows.
  void add_block(const float* x, std::int64_t rows, const float* weights, std::int64_t output,
                 float* y) const;

  std::int64_t in_;
  std::int64_t out_;
  bool relu_;
  bool avx2_;
  AlignedBuffer packed_;  ///< (chunks, out, kChunk); the last chunk is filled up with zeros
  AlignedBuffer bias_;    ///< (out)
};

}  // namespace shoal
