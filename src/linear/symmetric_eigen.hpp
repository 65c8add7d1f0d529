// Eigenvalues of small symmetric matrices.
#pragma once

#include <vector>

#include "block.hpp"

namespace shoal {

struct SymmetricEigen {
  std::vector<double> values;  ///< falling
  Block vectors;               ///< n x n: column i belongs to values[i], its sign is any
};

/// matrix: n x n; what stands below its diagonal is not looked at. The bits do not depend on the processor.
SymmetricEigen eigen_of_symmetric(const Block& matrix);

}  // namespace shoal
