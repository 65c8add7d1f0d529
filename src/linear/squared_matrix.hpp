// A'A of a matrix whose rows lie on all ranks, as subspace iteration sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "block.hpp"
#include "block_products.hpp"
#include "shoal/base/fixed_point.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/data/row_source.hpp"
#include "shoal/linear/masked_rows.hpp"

namespace shoal {

class SquaredMatrix {
 public:
  virtual ~SquaredMatrix() = default;
  [[nodiscard]] virtual std::int64_t columns() const = 0;
  /// Rows of all ranks that take part.
  [[nodiscard]] virtual std::int64_t rows() const = 0;
  /// The sum of all squared entries: that of all eigenvalues.
  [[nodiscard]] virtual double total() const = 0;
  /// A'A x, the same on all ranks. Collective.
  [[nodiscard]] virtual Block times(const Block& x) const = 0;
};

/// Rows without entries take no part. rows must live as long as the result. Collective. Checks the values.
std::unique_ptr<SquaredMatrix> square_of(Communicator& comm, const CsrView& rows, RowRange range,
                                         const Workers& workers);

/// Of x - mean for each row x that is there. rows and mean must live as long as the result. Collective. The
/// values are usable.
std::unique_ptr<SquaredMatrix> square_of(Communicator& comm, const MaskedRows& rows,
                                         std::span<const double> mean, const Workers& workers);

/// What multiplying so many dense rows of this rank holds, in bytes, beside blocks.
std::int64_t memory_of_batch(std::int64_t rows, std::int64_t columns, std::int64_t width);

/// Sums over all ranks of rounded values, and what they stand for.
class RoundedSums {
 public:
  /// Of values with |value| <= bound |x_j| in column j of x, of which at most `count` are added up.
  RoundedSums(const Block& x, double bound, std::int64_t count, const Workers& workers);
  /// Powers of two: kSlice of a slice.
  [[nodiscard]] const double* scales(std::int64_t slice) const {
    return scales_.data() + slice * Block::kSlice;
  }
  /// sums: as the values of a block of x's shape. Collective.
  [[nodiscard]] Block add_up(Communicator& comm, std::span<std::int64_t> sums) const;

 private:
  std::int64_t rows_;
  std::int64_t width_;
  std::vector<double> scales_;
  Workers workers_;
};

}  // namespace shoal
