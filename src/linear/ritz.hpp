// The Rayleigh-Ritz step: the best approximations of eigenvectors that a subspace holds.
#pragma once

#include <vector>

#include "block.hpp"
#include "block_products.hpp"

namespace shoal {

/// Orthonormal v, A'A v, and the Ritz values, falling.
struct RitzPairs {
  Block vectors;
  Block images;
  std::vector<double> values;
  std::vector<double> residuals;  ///< |A'A v - value v| of each
};

/// subspace: any columns that span it; image: A'A times these. Directions that the columns hold only as
/// rounding are dropped, so there may be fewer pairs than columns, but never none where A'A is not zero.
RitzPairs ritz_pairs(const Block& subspace, const Block& image, const Workers& workers);

}  // namespace shoal
