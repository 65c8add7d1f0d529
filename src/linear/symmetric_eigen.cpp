// Eigen's solver, with all that would let its bits depend on the machine switched off: vectors, threads, and
// the sizes of the machine's caches, by which it cuts its products. It takes square roots and no other
// function.
#define EIGEN_DONT_VECTORIZE
#define EIGEN_DONT_PARALLELIZE
#define EIGEN_MPL2_ONLY
#include "symmetric_eigen.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <mutex>

#include "shoal/base/check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/linear/decomposition.hpp"

namespace shoal {

SymmetricEigen eigen_of_symmetric(const Block& matrix) {
  SHOAL_EXPECT(matrix.rows() == matrix.width());
  static std::once_flag once;
  std::call_once(once, [] { Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20); });
  const std::int64_t n = matrix.rows();
  Eigen::MatrixXd lower(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = i; j < n; ++j) lower(j, i) = matrix.at(i, j);
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(lower);  // looks at the lower half
  if (solver.info() != Eigen::Success) {
    throw FailureError("an eigenvalue problem was not solved. This is a defect of Shoal; please report it");
  }
  SymmetricEigen result{std::vector<double>(static_cast<std::size_t>(n)), Block(n, n)};
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t from = n - 1 - i;  // Eigen's values rise
    result.values[static_cast<std::size_t>(i)] = solver.eigenvalues()(from);
    for (std::int64_t j = 0; j < n; ++j) result.vectors.at(j, i) = solver.eigenvectors()(j, from);
  }
  return result;
}

std::string decomposition_identity() {
  return fmt::format("eigen {}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
}

}  // namespace shoal
