// k-means over the rows of all ranks: Lloyd's algorithm with exact sums. Labels, centroids and inertia have
// the same bits on any number of ranks and threads.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/compute/arrays.hpp"
#include "shoal/data/checkpoint.hpp"
#include "shoal/data/row_source.hpp"

namespace shoal {

struct KMeansSettings {
  std::int64_t k = 8;
  std::int64_t n_init = 10;  ///< restarts; the lowest inertia wins, ties go to the first
  std::int64_t max_iter = 300;
  double tol = 1e-4;  ///< stop when the centroids' squared shift <= tol x mean column variance
  std::uint64_t seed = 0;
  /// k x columns centroids to begin with in place of k-means++, in the coordinates of the rows; then n_init
  /// is 1.
  std::optional<std::vector<double>> start;
};

struct KMeansResult {
  std::vector<std::int32_t> labels;       ///< of this rank's rows; -1 for a row without any feature
  std::vector<double> squared_distances;  ///< of this rank's rows to their centroids
  std::vector<double> centroids;          ///< k x columns, in the coordinates of the rows
  std::vector<std::int64_t> sizes;        ///< rows of each group over all ranks
  double inertia = 0.0;                   ///< sum of squared distances over all ranks
  std::int64_t iterations = 0;            ///< of the best restart
  std::int64_t restart = 0;               ///< which restart was best
  std::int64_t labelled = 0;              ///< rows with a label, over all ranks
  std::int64_t tied = 0;                  ///< of these, rows exactly as near to another centroid
};

/// Rows are centred by their exact column mean first, as scikit-learn does; centroids are given in the rows'
/// own coordinates. Collective. Throws UsageError where k exceeds the number of rows, and FailureError,
/// naming row and column, for a value that is not finite or whose square overflows float32.
KMeansResult kmeans(Communicator& comm, ArrayOperations& arrays, const DenseRowSource& rows,
                    const KMeansSettings& settings, Checkpoint& checkpoint);

/// A row without entries has no label and takes no part. Collective.
KMeansResult kmeans(Communicator& comm, ArrayOperations& arrays, const SparseRowSource& rows,
                    const KMeansSettings& settings, Checkpoint& checkpoint);

/// Numbers the groups by falling size, ties by their old number.
void order_by_size(KMeansResult& result);

}  // namespace shoal
