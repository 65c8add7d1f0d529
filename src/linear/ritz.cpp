// Columns are scaled to unit length, made orthonormal by the eigenvectors of their Gram matrix (Stathopoulos
// and Wu, "A block orthogonalization procedure with constant synchronization requirements", SIAM J. Sci.
// Comput., 2002), and rotated to be Ritz vectors: three products of small matrices, and one with each block.
#include "ritz.hpp"

#include <cmath>

#include "shoal/base/threads.hpp"
#include "symmetric_eigen.hpp"

namespace shoal {
namespace {

/// Eigenvalues of the Gram matrix below this share of the largest are rounding.
constexpr double kDropped = 1e-12;

/// 1 / |x_j| from the diagonal of x'x; 0 for a column of zeros.
std::vector<double> inverse_lengths(const Block& gram) {
  std::vector<double> inverse;
  for (std::int64_t j = 0; j < gram.width(); ++j)
    inverse.push_back(gram.at(j, j) > 0.0 ? 1.0 / std::sqrt(gram.at(j, j)) : 0.0);
  return inverse;
}

/// Scales rows and columns.
Block scaled(const Block& matrix, const std::vector<double>& by) {
  Block result(matrix.rows(), matrix.width());
  for (std::int64_t i = 0; i < matrix.rows(); ++i) {
    for (std::int64_t j = 0; j < matrix.width(); ++j) {
      result.at(i, j) = matrix.at(i, j) * by[static_cast<std::size_t>(i)] * by[static_cast<std::size_t>(j)];
    }
  }
  return result;
}

/// t with t' gram t = 1, of as many columns as the Gram matrix has directions. gram has a unit diagonal.
Block orthonormalising(const Block& gram) {
  const SymmetricEigen eigen = eigen_of_symmetric(gram);
  std::int64_t kept = 0;
  while (kept < gram.width() &&
         eigen.values[static_cast<std::size_t>(kept)] > kDropped * eigen.values.front())
    ++kept;
  Block t(gram.rows(), kept);
  for (std::int64_t j = 0; j < kept; ++j) {
    const double inverse = 1.0 / std::sqrt(eigen.values[static_cast<std::size_t>(j)]);
    for (std::int64_t i = 0; i < gram.rows(); ++i) t.at(i, j) = eigen.vectors.at(i, j) * inverse;
  }
  return t;
}

std::vector<double> residuals_of(const RitzPairs& pairs, const Workers& workers) {
  std::vector<double> squares(static_cast<std::size_t>(pairs.vectors.slices() * Block::kSlice));
  parallel_for(static_cast<std::size_t>(pairs.vectors.slices()), workers.threads, [&](std::size_t s) {
    const double* v = pairs.vectors.slice(static_cast<std::int64_t>(s));
    const double* w = pairs.images.slice(static_cast<std::int64_t>(s));
    const auto first = static_cast<std::int64_t>(s) * Block::kSlice;
    const std::int64_t columns = std::min(Block::kSlice, pairs.vectors.width() - first);
    for (std::int64_t i = 0; i < pairs.vectors.rows(); ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        const auto at = static_cast<std::size_t>(first + j);
        const double rest = w[i * Block::kSlice + j] - pairs.values[at] * v[i * Block::kSlice + j];
        squares[at] += rest * rest;
      }
    }
  });
  squares.resize(pairs.values.size());
  for (double& square : squares) square = std::sqrt(square);
  return squares;
}

}  // namespace

RitzPairs ritz_pairs(const Block& subspace, const Block& image, const Workers& workers) {
  const Block gram = transposed_product(subspace, subspace, workers);
  const std::vector<double> lengths = inverse_lengths(gram);
  Block rotation = orthonormalising(scaled(gram, lengths));
  const Block squared = scaled(transposed_product(subspace, image, workers), lengths);
  const Block projected = transposed_product(rotation, product(squared, rotation, workers), workers);
  SymmetricEigen eigen = eigen_of_symmetric(projected);
  rotation = product(rotation, eigen.vectors, workers);
  for (std::int64_t i = 0; i < rotation.rows(); ++i) {
    for (std::int64_t j = 0; j < rotation.width(); ++j)
      rotation.at(i, j) *= lengths[static_cast<std::size_t>(i)];
  }
  RitzPairs pairs{
      product(subspace, rotation, workers), product(image, rotation, workers), std::move(eigen.values), {}};
  pairs.residuals = residuals_of(pairs, workers);
  return pairs;
}

}  // namespace shoal
