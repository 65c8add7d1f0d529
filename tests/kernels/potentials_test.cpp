// The k-means++ step on the emulated GPU: the CPU's sums, and those of the plain kernels.
#include "potentials.hpp"

#include <tuple>

#include "backend.hpp"
#include "nearest_dense.hpp"
#include "on_device.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "support/made_arrays.hpp"

namespace shoal {
namespace {

using testing::Centroids;
using testing::made_centroids;
using testing::made_rows;
using testing::made_sparse;
using testing::made_weights;
using testing::potentials_of;

std::unique_ptr<Backend> cpu() { return make_cpu_backend({1, detect_instruction_level()}); }

template <class Rows>
void expect_cpus(const Rows& rows, std::int64_t count, const Centroids& candidates) {
  SCOPED_TRACE(std::to_string(count) + " rows of " + std::to_string(candidates.columns) + ", " +
               std::to_string(candidates.k) + " candidates");
  const double most = static_cast<double>(candidates.columns) / 12.0;
  const FixedPoint scale = FixedPoint::for_sums_of(most, static_cast<std::uint64_t>(count) + 1);
  const auto weights = made_weights(count, scale, most);
  const auto expected = potentials_of(*cpu(), rows, candidates, scale, weights);
  under_seeds([&] {
    const auto backend = cuda_backend();
    EXPECT_EQ(potentials_of(*backend, rows, candidates, scale, weights), expected);
  });
}

/// Rows and candidates on both sides of what a group of threads and a block take.
TEST(CudaPotentials, AreTheCpusOfDenseRows) {
  for (const auto& [rows, columns, k] : {std::tuple{1, 1, 1},
                                         {3, 7, 2},
                                         {4, 8, 8},
                                         {130, 20, 9},
                                         {257, 3, 17},
                                         {60, 70, 5},
                                         {10, 300, 12},
                                         {7, 520, 3},
                                         {0, 4, 3}}) {
    expect_cpus(made_rows(rows, columns, 1, 0.5).view(), rows, made_centroids(k, columns, 2, 0.5));
  }
}

TEST(CudaPotentials, AreTheCpusOfSparseRows) {
  for (const auto& [rows, k] : {std::pair{1, 1}, {33, 8}, {100, 11}, {70, 17}}) {
    expect_cpus(made_sparse(rows, 30, 1).view(), rows, made_centroids(k, 30, 2, 0.5));
  }
}

TEST(CudaPotentials, AreTheCpusOfAPartOfALargerMatrix) {
  const CsrMatrix rows = made_sparse(50, 40, 5);
  CsrView part = rows.view();
  part.offsets = part.offsets.subspan(20, 11);
  expect_cpus(part, 10, made_centroids(9, 40, 6));
}

/// More rows than fit one piece, kept or not.
TEST(CudaPotentials, AreTheCpusOfRowsInPieces) {
  const DenseMatrix rows = made_rows(1100, 4096, 5, 0.02);
  const Centroids candidates = made_centroids(3, 4096, 6, 0.02);
  const FixedPoint scale = FixedPoint::for_sums_of(2.0, 1100);
  const auto weights = made_weights(1100, scale, 0.6);
  const auto expected = potentials_of(*cpu(), rows.view(), candidates, scale, weights);
  emulator::restart(1);
  const auto backend = cuda_backend({.threads = 2});
  EXPECT_EQ(potentials_of(*backend, rows.view(), candidates, scale, weights), expected);
  const auto kept = backend->arrays().keep(rows.view(), 5);
  EXPECT_EQ(potentials_of(*backend, rows.view(), candidates, scale, weights), expected);
}

/// Sums that a launcher of either kind adds up.
template <class Launch>
std::vector<unsigned long long> sums_by(const std::vector<std::int64_t>& weights, std::int64_t k,
                                        const Launch& launch) {
  const auto device_weights = on_device(weights);
  DeviceBuffer<unsigned long long> sums(k, "a test");
  Stream stream;
  fill_with_zeros(sums.data(), k, stream);
  launch(PotentialSums{device_weights.data(), 1e6, sums.data()}, stream);
  stream.synchronize();
  return from_device(sums);
}

TEST(CudaPotentials, AreThoseOfTheNaiveTwins) {
  constexpr std::int64_t kRows = 70;
  constexpr std::int64_t kColumns = 45;
  constexpr std::int64_t kCandidates = 11;
  const DenseMatrix dense = made_rows(kRows, kColumns, 3);
  const CsrMatrix sparse = made_sparse(kRows, kColumns, 7);
  const Centroids candidates = made_centroids(kCandidates, kColumns, 8);
  std::vector<std::int64_t> weights(kRows);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<std::int64_t>(i) * 250000;
  under_seeds([&] {
    const auto x = on_device(dense.values);
    const auto offsets = on_device(sparse.offsets);
    const auto indices = on_device(sparse.indices);
    const auto values = on_device(sparse.values);
    const auto c = on_device(candidates.values);
    DeviceBuffer<double> transposed(kCandidates * kColumns, "a test");
    DeviceBuffer<double> norms(kCandidates, "a test");
    Stream stream;
    square_centroids({c.data(), nullptr, nullptr, norms.data(), nullptr, kCandidates, kColumns}, stream);
    transpose_centroids(c.data(), kCandidates, kColumns, transposed.data(), stream);
    stream.synchronize();
    const auto of_dense = [&](auto* launcher) {
      return sums_by(weights, kCandidates, [&](const PotentialSums& sums, Stream& on) {
        launcher(x.data(), kRows, kColumns, c.data(), kCandidates, sums, on);
      });
    };
    EXPECT_EQ(of_dense(&dense_potentials), of_dense(&dense_potentials_naive));
    const DeviceCsr csr{offsets.data(), indices.data(), values.data(), kRows};
    const auto of_sparse = [&](auto* launcher) {
      return sums_by(weights, kCandidates, [&](const PotentialSums& sums, Stream& on) {
        launcher(csr, transposed.data(), norms.data(), kCandidates, sums, on);
      });
    };
    EXPECT_EQ(of_sparse(&sparse_potentials), of_sparse(&sparse_potentials_naive));
  });
}

}  // namespace
}  // namespace shoal
