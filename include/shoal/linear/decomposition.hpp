// Truncated singular value decomposition of sparse rows, and principal components of dense ones, over all
// ranks: the same bits on any number of ranks and threads, and on every processor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/checkpoint.hpp"
#include "shoal/data/matrix.hpp"
#include "shoal/data/row_source.hpp"
#include "shoal/linear/masked_rows.hpp"

namespace shoal {

struct DecompositionSettings {
  std::int64_t components = 100;
  std::uint64_t seed = 0;
  int threads = 1;
  std::string name = "components";  ///< for messages of progress
};

/// The eigenvectors v of A'A with the largest eigenvalues. It is done when |A'A v - value v| <= kResidual
/// times the largest value for each of them, or after kMostProducts products with A'A.
struct Decomposition {
  static constexpr double kResidual = 1e-10;
  static constexpr std::int64_t kMostProducts = 3000;

  std::int64_t columns = 0;  ///< of A
  std::int64_t rows = 0;     ///< of all ranks, those that take part
  /// components x columns: orthonormal rows. In each the entry of largest magnitude is positive, and the
  /// first of those that differ by rounding alone.
  std::vector<double> components;
  std::vector<double> values;  ///< falling: squared singular values
  std::vector<double> mean;    ///< of columns, which was subtracted; empty where nothing was
  double total = 0.0;          ///< of all values, also of those that were not computed
  std::int64_t products = 0;
  double residual = 0.0;  ///< the largest, as a share of the largest value

  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(values.size()); }
};

/// Without centring. A row without entries takes no part. Collective. Throws UsageError where there are not
/// as many components to be had, and FailureError, naming row and column, for a value that is not finite or
/// whose square overflows float32.
Decomposition truncated_svd(Communicator& comm, const SparseRowSource& rows,
                            const DecompositionSettings& settings, Checkpoint& checkpoint);

/// Of rows less their mean. Collective. Throws alike.
Decomposition principal_components(Communicator& comm, const MaskedRows& rows,
                                   const DecompositionSettings& settings, Checkpoint& checkpoint);

/// This rank's rows in the components: rows x components.
struct ProjectedRows {
  DenseMatrix rows;
  /// 1 where a row holds something of the components: of a sparse row, at least a millionth of its length.
  /// Others are zeros.
  std::vector<std::uint8_t> present;
};
ProjectedRows project(const CsrView& rows, const Decomposition& onto, int threads);
ProjectedRows project(const MaskedRows& rows, const Decomposition& onto, int threads);

struct DecompositionShape {
  bool sparse = false;
  std::int64_t rows = 0;  ///< of one rank
  std::int64_t columns = 0;
  std::int64_t components = 0;
};

/// What a decomposition holds at most of a rank's memory beside its rows, in bytes.
std::int64_t memory_of_decomposition(const DecompositionShape& shape, int threads);

/// Bytes of a state that it leaves in a checkpoint.
std::int64_t size_of_checkpoint(std::int64_t components, std::int64_t columns);

/// What decides bits beside rows and settings: the solver of small eigenvalue problems, and its version.
std::string decomposition_identity();

}  // namespace shoal
