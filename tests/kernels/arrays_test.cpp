// Array operations on the emulated GPU: labels, distances and sums to the bit of the CPU's.
#include <limits>
#include <optional>
#include <tuple>

#include "backend.hpp"
#include "nearest_dense.hpp"
#include "nearest_sparse.hpp"
#include "on_device.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "support/made_arrays.hpp"

namespace shoal {
namespace {

using testing::assign;
using testing::Assignment;
using testing::Centroids;
using testing::made_centroids;
using testing::made_rows;
using testing::made_sparse;
using testing::sums_of;

std::unique_ptr<Backend> cpu() { return make_cpu_backend({1, detect_instruction_level()}); }

/// number: where it is one of many like cases.
template <class Rows>
void expect_cpu_bits(const Rows& rows, std::int64_t count, const Centroids& centroids,
                     std::optional<std::uint64_t> number = std::nullopt) {
  const Assignment expected = assign(*cpu(), rows, count, centroids);
  under_a_seed(number, [&] {
    SCOPED_TRACE(std::to_string(count) + " rows, " + std::to_string(centroids.columns) +
                 " columns, k = " + std::to_string(centroids.k));
    const auto backend = cuda_backend();
    const Assignment found = assign(*backend, rows, count, centroids);
    EXPECT_EQ(found.labels, expected.labels);
    EXPECT_TRUE(same_bits(found.squared_distances, expected.squared_distances));
  });
}

/// What the kernels themselves leave on the device.
struct DeviceAssignment {
  std::vector<std::int32_t> labels;
  std::vector<double> distances;
  int close = 0;
};

/// By the fast kernels from these scores, or by the naive one.
DeviceAssignment assign_by_kernels(const DenseMatrix& rows, const Centroids& centroids,
                                   std::optional<DenseScores> scores) {
  const auto x = on_device(rows.values);
  const auto values = on_device(centroids.values);
  const auto n = rows.rows;
  DeviceBuffer<float> rounded(filled_up_centroids(centroids.k) * filled_up_columns(centroids.columns),
                              "a test");
  DeviceBuffer<__nv_bfloat16> coarse(rounded.count(), "a test");
  DeviceBuffer<double> norms(centroids.k, "a test");
  DeviceBuffer<std::int32_t> labels(n, "a test");
  DeviceBuffer<double> distances(n, "a test");
  DeviceBuffer<double> rests(centroids.k, "a test");
  DeviceBuffer<Lengths> lengths(n, "a test");
  DeviceBuffer<std::int32_t> close(n, "a test");
  DeviceBuffer<int> count(1, "a test");
  DeviceBuffer<__nv_bfloat16> coarse_rows(n * filled_up_columns(centroids.columns), "a test");
  DeviceBuffer<Standing<float>> standings(n * standings_of_a_row(centroids.k), "a test");
  const DeviceCentroids device{values.data(), rounded.data(), coarse.data(),    norms.data(),
                               rests.data(),  centroids.k,    centroids.columns};
  const DenseAssignment to{labels.data(),  distances.data(),   close.data(),    count.data(),
                           lengths.data(), coarse_rows.data(), standings.data()};
  Stream stream;
  square_centroids(device, stream);
  round_centroids(device, stream);
  fill_with_zeros(count.data(), 1, stream);
  if (scores) {
    nearest_dense({x.data(), n}, device, *scores, to, stream);
  } else {
    nearest_dense_naive({x.data(), n}, device, to, stream);
  }
  stream.synchronize();
  return {from_device(labels), from_device(distances), from_device(count)[0]};
}

void expect_twins(const DenseMatrix& rows, const Centroids& centroids, DenseScores scores, int most_close,
                  std::optional<std::uint64_t> number = std::nullopt) {
  under_a_seed(number, [&] {
    const auto fast = assign_by_kernels(rows, centroids, scores);
    const auto naive = assign_by_kernels(rows, centroids, std::nullopt);
    EXPECT_EQ(fast.labels, naive.labels);
    EXPECT_TRUE(same_bits(fast.distances, naive.distances));
    EXPECT_LE(fast.close, most_close);
  });
}

/// Through the backend as on the CPU, and with either kind of products as by the naive kernel.
void expect_dense(const DenseMatrix& rows, const Centroids& centroids,
                  std::optional<std::uint64_t> number = std::nullopt) {
  expect_cpu_bits(rows.view(), rows.rows, centroids, number);
  if (rows.rows == 0) return;
  for (const DenseScores scores : {DenseScores::fp32, DenseScores::bf16}) {
    expect_twins(rows, centroids, scores, static_cast<int>(rows.rows), number);
  }
}

TEST(CudaDenseNearest, HasTheBitsOfTheCpuForAnyShape) {
  std::uint64_t turn = 0;
  for (const auto& [rows, columns, k] : {std::tuple{1, 1, 1},
                                         {7, 13, 5},
                                         {129, 8, 64},
                                         {300, 70, 33},
                                         {257, 136, 129},
                                         {40, 300, 65},
                                         {130, 33, 130},
                                         {3, 520, 200},
                                         {0, 5, 3}}) {
    expect_dense(made_rows(rows, columns, 1), made_centroids(k, columns, 2), ++turn);
  }
}

TEST(CudaDenseNearest, GivesExactTiesToTheLowestIndex) {
  const DenseMatrix rows = made_rows(60, 20, 3);
  Centroids centroids = made_centroids(80, 20, 4);
  for (std::size_t i = 0; i < 800; ++i) centroids.values[800 + i] = centroids.values[i];
  expect_dense(rows, centroids);
}

TEST(CudaDenseNearest, TakesNoneOfTheZerosThatCentroidsAreFilledUpWith) {
  // One of them, as two would be a tie that is looked at again.
  Centroids far_centroids = made_centroids(63, 33, 8);
  for (auto& c : far_centroids.values) c += 10.0;
  expect_dense(made_rows(50, 33, 7), far_centroids);
}

TEST(CudaDenseNearest, TellsCentroidsApartThatFloatsCannot) {
  const DenseMatrix rows = made_rows(50, 64, 5);
  Centroids centroids = made_centroids(1, 64, 6);
  centroids.k = 30;
  centroids.values.resize(30 * 64);
  for (std::size_t j = 1; j < 30; ++j) {
    for (std::size_t i = 0; i < 64; ++i) {
      centroids.values[j * 64 + i] =
          centroids.values[i] * (1.0 + 1e-12 * static_cast<double>((j * 7 + i * 3) % 11));
    }
  }
  expect_dense(rows, centroids);
}

TEST(CudaDenseNearest, IsRightFarFromTheOriginAndForTheTiniestAndTheLargestNumbers) {
  DenseMatrix far = made_rows(50, 33, 7);
  Centroids far_centroids = made_centroids(25, 33, 8);
  for (auto& x : far.values) x += 10000.0F;
  for (auto& c : far_centroids.values) c += 10000.0;
  expect_dense(far, far_centroids);
  for (const double spread : {1e-44, 1e-30, 1e-18, 1e18, 3e19, 6e38}) {
    SCOPED_TRACE(spread);
    DenseMatrix rows = made_rows(20, 300, 9, spread);
    Centroids centroids = made_centroids(12, 300, 10, spread);
    expect_dense(rows, centroids);
    // A norm of zero, times a bound that is infinite, is NaN; and a row may lie at a centroid whose square
    // overflows.
    std::fill_n(centroids.values.begin() + 900, 300, 0.0);
    std::transform(centroids.values.begin() + 1500, centroids.values.begin() + 1800, rows.values.begin(),
                   [](double c) { return static_cast<float>(c); });
    expect_dense(rows, centroids);
  }
}

TEST(CudaDenseNearest, IsNotMisledByTheRoundingsOfBfloat16) {
  // Among rows and centroids without groups, many rows have two that are nearly as near.
  expect_twins(made_rows(257, 520, 11), made_centroids(65, 520, 12), DenseScores::bf16, 257);
}

/// A number that bfloat16 rounds by half a unit of its last place, or by next to nothing.
double number(bool far, bool up) {
  if (!far) return 1.0;
  return up ? 1.0 + 0x1.0p-8 + 0x1.0p-20 : 1.0 + 0x1.0p-8;  // a tie goes to the even neighbour, to 1
}

/// Each row lies between two centroids, one like its first half, the other like its second: rounding draws it
/// to the farther one.
void expect_farthest_roundings(std::int64_t columns, bool of_rows, bool of_centroids, double sign,
                               std::uint64_t turn) {
  SCOPED_TRACE(std::to_string(columns) + " columns, rounded far: rows " + std::to_string(of_rows) +
               ", centroids " + std::to_string(of_centroids));
  DenseMatrix rows(40, columns);
  Centroids centroids{std::vector<double>(static_cast<std::size_t>(2 * columns)), 2, columns};
  for (std::int64_t i = 0; i < columns; ++i) {
    const bool second = i >= columns / 2;
    const auto at = static_cast<std::size_t>(i);
    centroids.values[at] = second ? 0.0 : sign * number(of_centroids, false);
    centroids.values[at + static_cast<std::size_t>(columns)] =
        sign * (second ? number(of_centroids, true) : -0x1.0p-10);
    for (std::int64_t row = 0; row < rows.rows; ++row) {
      // Every second one a bit nearer to the second.
      const double nearer = second ? 0.0 : 0x1.0p-13 * static_cast<double>(row * (row % 2));
      rows.values[static_cast<std::size_t>(row * columns + i)] =
          static_cast<float>(sign * (number(of_rows, second) - nearer));
    }
  }
  expect_dense(rows, centroids, turn);
}

TEST(CudaDenseNearest, IsNotMisledByTheFarthestRoundings) {
  std::uint64_t turn = 0;
  for (const std::int64_t columns : {2, 8, 32, 128, 512}) {
    for (const double sign : {1.0, -1.0}) {
      ++turn;  // so that each has other seeds each time
      expect_farthest_roundings(columns, true, true, sign, ++turn);
      expect_farthest_roundings(columns, true, false, sign, ++turn);
      expect_farthest_roundings(columns, false, true, sign, ++turn);
    }
  }
}

/// Two centroids equally far from each row, whose products are added up from the largest, which hides the
/// others, or to the largest.
TEST(CudaDenseNearest, IsNotMisledByTheSumsOfTensorCores) {
  const std::int64_t columns = 512;
  DenseMatrix rows(20, columns);
  std::fill(rows.values.begin(), rows.values.end(), 1.0F);
  Centroids centroids{std::vector<double>(static_cast<std::size_t>(2 * columns), 1.5 * 0x1.0p-20), 2,
                      columns};
  centroids.values.front() = 16.0;
  centroids.values.back() = 16.0;
  expect_dense(rows, centroids);
}

TEST(CudaDenseNearest, LooksAtFewRowsTwice) {
  // Rows lie about centroids that are far apart, as those of photos do.
  const Centroids centroids = made_centroids(70, 40, 12, 4.0);
  DenseMatrix rows = made_rows(300, 40, 11, 0.5);
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    rows.values[i] += static_cast<float>(centroids.values[i / 40 % 70 * 40 + i % 40]);
  }
  expect_twins(rows, centroids, DenseScores::fp32, 0);
  expect_twins(rows, centroids, DenseScores::bf16, 15);
}

TEST(CudaSparseNearest, HasTheBitsOfTheCpu) {
  for (const std::int64_t k : {1, 15, 16, 33, 200}) {
    const CsrMatrix rows = made_sparse(100, 90, 1);
    expect_cpu_bits(rows.view(), 100, made_centroids(k, 90, 2));
  }
}

TEST(CudaSparseNearest, GivesTiesToTheLowestIndexAlsoForEmptyRows) {
  CsrMatrix rows;
  rows.columns = 3;
  rows.close_row();
  rows.indices = {2};
  rows.values = {1.0F};
  rows.close_row();
  expect_cpu_bits(rows.view(), 2, {{0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0}, 3, 3});
}

TEST(CudaSparseNearest, ReadsAPartOfALargerMatrix) {
  const CsrMatrix rows = made_sparse(50, 40, 5);
  CsrView part = rows.view();
  part.offsets = part.offsets.subspan(20, 11);
  expect_cpu_bits(part, 10, made_centroids(9, 40, 6));
}

TEST(CudaSparseNearest, HasTheBitsOfItsNaiveTwin) {
  const CsrMatrix rows = made_sparse(40, 50, 7);
  const Centroids centroids = made_centroids(150, 50, 8);
  under_seeds([&] {
    const auto offsets = on_device(rows.offsets);
    const auto indices = on_device(rows.indices);
    const auto values = on_device(rows.values);
    const auto c = on_device(centroids.values);
    DeviceBuffer<double> transposed(150 * 50, "a test");
    DeviceBuffer<double> norms(150, "a test");
    DeviceBuffer<std::int32_t> labels(40, "a test");
    DeviceBuffer<double> distances(40, "a test");
    DeviceBuffer<std::int32_t> naive_labels(40, "a test");
    DeviceBuffer<double> naive_distances(40, "a test");
    const DeviceCsr csr{offsets.data(), indices.data(), values.data(), 40};
    Stream stream;
    square_centroids({c.data(), nullptr, nullptr, norms.data(), nullptr, 150, 50}, stream);
    transpose_centroids(c.data(), 150, 50, transposed.data(), stream);
    nearest_sparse(csr, transposed.data(), norms.data(), 150, labels.data(), distances.data(), stream);
    nearest_sparse_naive(csr, transposed.data(), norms.data(), 150, naive_labels.data(),
                         naive_distances.data(), stream);
    stream.synchronize();
    EXPECT_EQ(from_device(labels), from_device(naive_labels));
    EXPECT_TRUE(same_bits(from_device(distances), from_device(naive_distances)));
  });
}

TEST(CudaArrays, GiveTheSameBitsOnAnyDevice) {
  emulator::restart(1, {.count = 3});
  int devices = 0;
  ASSERT_EQ(cudaGetDeviceCount(&devices), cudaSuccess);
  if (devices == 1) GTEST_SKIP() << "there is one GPU, and this test compares several";
  const DenseMatrix rows = made_rows(300, 70, 1);
  const Centroids centroids = made_centroids(33, 70, 2);
  const Assignment expected = assign(*cpu(), rows.view(), 300, centroids);
  for (int device = 0; device < devices; ++device) {
    const auto backend = cuda_backend({.device = device});
    const auto kept = device % 2 == 1 ? backend->arrays().keep(rows.view(), 33) : nullptr;
    cudaSetDevice(0);
    EXPECT_EQ(assign(*backend, rows.view(), 300, centroids), expected) << "device " << device;
  }
}

/// More rows than fit one piece: pieces take turns on two streams.
TEST(CudaArrays, TakeRowsInPieces) {
  const std::int64_t rows = 2100;
  const std::int64_t columns = 4096;
  const DenseMatrix matrix = made_rows(rows, columns, 5);
  const Centroids centroids = made_centroids(2, columns, 6);
  const Assignment expected = assign(*cpu(), matrix.view(), rows, centroids);
  const FixedPoint scale = FixedPoint::for_sums_of(0.5, 2100);
  const auto sums = sums_of(*cpu(), matrix.view(), expected.labels, scale, 2 * columns);
  emulator::restart(0);
  const auto backend = cuda_backend({.threads = 3});
  EXPECT_EQ(assign(*backend, matrix.view(), rows, centroids).labels, expected.labels);
  EXPECT_EQ(sums_of(*backend, matrix.view(), expected.labels, scale, 2 * columns), sums);
}

}  // namespace
}  // namespace shoal
