// Array operations on the CPU. Every label and distance is decided in double, in an order fixed by
// definition; instructions and threads only change how fast that is.
#pragma once

#include "shoal/compute/arrays.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {

class CpuArrays final : public ArrayOperations {
 public:
  explicit CpuArrays(const CpuOptions& options) : options_(options) {}

  void nearest_centroid(const DenseView& rows, const CentroidView& centroids, std::span<std::int32_t> labels,
                        std::span<double> squared_distances) override;
  void nearest_centroid(const CsrView& rows, const CentroidView& centroids, std::span<std::int32_t> labels,
                        std::span<double> squared_distances) override;
  void add_potentials(const DenseView& rows, const CentroidView& candidates, const FixedPoint& scale,
                      std::span<const std::int64_t> weights, std::span<std::int64_t> potentials) override;
  void add_potentials(const CsrView& rows, const CentroidView& candidates, const FixedPoint& scale,
                      std::span<const std::int64_t> weights, std::span<std::int64_t> potentials) override;
  void add_by_label(const DenseView& rows, std::span<const std::int32_t> labels, const FixedPoint& scale,
                    std::span<std::int64_t> sums) override;
  void add_by_label(const CsrView& rows, std::span<const std::int32_t> labels, const FixedPoint& scale,
                    std::span<std::int64_t> sums) override;

 private:
  CpuOptions options_;
};

}  // namespace shoal
