// Rows as k-means sees them, dense or sparse: what the algorithm is written on.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "shoal/base/fixed_point.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/arrays.hpp"
#include "shoal/data/row_source.hpp"

namespace shoal {

class ClusteredRows {
 public:
  virtual ~ClusteredRows() = default;
  [[nodiscard]] virtual RowRange range() const = 0;
  [[nodiscard]] virtual std::int64_t columns() const = 0;
  /// Whether local row i takes part.
  [[nodiscard]] virtual bool eligible(std::int64_t i) const = 0;
  /// The largest |x| and |row|^2 of this rank's values.
  [[nodiscard]] virtual double largest_value() const = 0;
  [[nodiscard]] virtual double largest_squared_length() const = 0;
  /// |row|^2 of local row i.
  [[nodiscard]] virtual double squared_length(std::int64_t i) const = 0;
  /// Local row i as it goes to other ranks: of a sparse one its entries alone, as a vocabulary may be wide.
  [[nodiscard]] virtual Bytes pack_row(std::int64_t i) const = 0;
  /// Such a row, of any rank, as `columns()` doubles.
  virtual void unpack_row(std::span<const std::byte> packed, std::span<double> out) const = 0;

  /// For all local rows; a row that takes no part gets label -1 and distance 0.
  virtual void nearest(const CentroidView& centroids, std::span<std::int32_t> labels,
                       std::span<double> squared_distances) const = 0;
  /// As ArrayOperations does, over local rows; one that takes no part has the weight 0.
  virtual void add_potentials(const CentroidView& candidates, const FixedPoint& scale,
                              std::span<const std::int64_t> weights,
                              std::span<std::int64_t> potentials) const = 0;
  virtual void add_by_label(std::span<const std::int32_t> labels, const FixedPoint& scale,
                            std::span<std::int64_t> sums) const = 0;

  /// What was subtracted from every row; empty if nothing was.
  [[nodiscard]] virtual std::span<const double> offset() const = 0;

  [[nodiscard]] std::int64_t local_rows() const { return range().size(); }
};

/// Centred by the exact column mean over all ranks. Collective. Checks the values. k: groups to come.
std::unique_ptr<ClusteredRows> centred_rows(Communicator& comm, ArrayOperations& arrays,
                                            const DenseRowSource& rows, std::int64_t k);
/// Checks the values.
std::unique_ptr<ClusteredRows> sparse_rows(ArrayOperations& arrays, const SparseRowSource& rows,
                                           std::int64_t k);

}  // namespace shoal
