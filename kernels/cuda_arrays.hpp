// Array operations on the GPU: rows stay there if they are kept, and else travel in pieces, the next one
// while a piece is computed.
#pragma once

#include <memory>

#include "nearest_dense.hpp"
#include "shoal/compute/arrays.hpp"

namespace shoal {

struct ArraysBuffers;

class CudaArrays final : public ArrayOperations {
 public:
  /// threads: that copy rows and sums on the host. share: bytes of the device's memory that are this
  /// process's.
  CudaArrays(int device, int threads, std::int64_t share);
  ~CudaArrays() override;
  CudaArrays(const CudaArrays&) = delete;
  CudaArrays& operator=(const CudaArrays&) = delete;

  std::unique_ptr<KeptRows> keep(const DenseView& rows, std::int64_t k) override;
  std::unique_ptr<KeptRows> keep(const CsrView& rows, std::int64_t k) override;
  void give_back() override;
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
  template <class Rows>
  class Keeper;
  template <class Rows>
  std::unique_ptr<KeptRows> keep_on_device(const Rows& rows, std::int64_t k);
  /// Sets the device, and makes the buffers when they are first needed.
  ArraysBuffers& ready();
  template <class Rows, class Add>
  void add_pieces(const Rows& rows, std::span<std::int64_t> sums, std::int64_t at_once, const Add& add);

  int device_;
  int threads_;
  std::int64_t share_;
  std::unique_ptr<ArraysBuffers> buffers_;
  /// How rows are compared with centroids now, and with how many; labels do not depend on it.
  DenseScores scores_ = DenseScores::bf16;
  std::int64_t k_of_scores_ = 0;
};

}  // namespace shoal
