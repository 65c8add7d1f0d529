// The largest eigenvalues of A'A by subspace iteration with Chebyshev filters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "block.hpp"
#include "shoal/data/checkpoint.hpp"
#include "squared_matrix.hpp"

namespace shoal {

struct SubspaceSettings {
  std::int64_t wanted = 0;  ///< eigenvectors: fewer than rows and columns
  std::uint64_t seed = 0;
  double residual = 0.0;  ///< enough, as a share of the largest value
  std::int64_t most_products = 0;
  std::string name;
};

struct Eigenpairs {
  Block vectors;               ///< columns x at most `wanted`; fewer where the others' values are 0
  std::vector<double> values;  ///< falling
  double residual = 0.0;       ///< the largest, as a share of the largest value
  std::int64_t products = 0;
};

/// Columns that are iterated where so many are wanted.
std::int64_t block_width(std::int64_t wanted, std::int64_t rows, std::int64_t columns);

/// Collective; the same on all ranks.
Eigenpairs largest_eigenpairs(const SquaredMatrix& matrix, const SubspaceSettings& settings,
                              const Workers& workers, Checkpoint& checkpoint);

}  // namespace shoal
