// Products of dense rows with centroids in float32, fast and with a known error: they only choose which
// centroids are worth a look in double.
#pragma once

#include <cstdint>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/compute/arrays.hpp"

namespace shoal {

/// Centroids rounded to float32, laid out for the kernel: chunks of kChunk columns; in each, panels of kPanel
/// centroids; in each, column by column, kPanel numbers. Missing centroids of the last panel are zeros.
class PackedCentroids {
 public:
  static constexpr std::int64_t kPanel = 16;
  static constexpr std::int64_t kChunk = 256;  ///< 16 KiB a panel: half of a first-level cache

  PackedCentroids(const CentroidView& centroids, int threads);

  [[nodiscard]] std::int64_t columns() const { return columns_; }
  [[nodiscard]] std::int64_t padded_k() const { return panels_ * kPanel; }
  [[nodiscard]] std::int64_t panels() const { return panels_; }
  /// The panel's numbers in the chunk that begins with column `first`.
  [[nodiscard]] const float* panel(std::int64_t first, std::int64_t panel) const;

 private:
  std::int64_t columns_;
  std::int64_t panels_;
  AlignedBuffer packed_;
};

/// Rows that the kernel takes at a time; output buffers have a whole number of such groups.
inline constexpr std::int64_t kProductRows = 6;

/// products[i * padded_k + j] ~ x_i . c_j for `rows` rows of `columns` consecutive numbers. products has room
/// for rows rounded up to kProductRows. The sums of chunks are added in order: see product_error.
void multiply(const float* x, std::int64_t rows, const PackedCentroids& centroids, float* products,
              InstructionLevel level);

/// e with |product - x.c| <= e |x| |c| for real numbers x.c, apart from underflow: rounding of c to float32,
/// at most kChunk + 1 roundings within a chunk, one for each chunk (Higham, Accuracy and Stability of
/// Numerical Algorithms, section 3.1, with Cauchy-Schwarz). Infinite where that theory ends.
double product_error(std::int64_t columns);

}  // namespace shoal
