// Sums by label on the emulated GPU: those of the CPU, and of the plain kernel.
#include "sums_by_label.hpp"

#include <tuple>

#include "backend.hpp"
#include "on_device.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "support/made_arrays.hpp"

namespace shoal {
namespace {

using testing::made_labels;
using testing::made_rows;
using testing::made_sparse;
using testing::sums_of;

std::unique_ptr<Backend> cpu() { return make_cpu_backend({1, detect_instruction_level()}); }

TEST(CudaAddByLabel, IsTheCpusSumOfDenseRows) {
  for (const auto& [rows, columns, k] :
       {std::tuple{500, 7, 5}, {3, 7, 5}, {40, 300, 3}, {0, 4, 2}, {33, 1, 1}}) {
    const DenseMatrix matrix = made_rows(rows, columns, 1);
    const auto labels = made_labels(rows, k, 3);
    for (const std::uint64_t count : {1U, 1U << 30}) {  // scales on both sides of 2^51
      const FixedPoint scale = FixedPoint::for_sums_of(0.5, count * static_cast<std::uint64_t>(rows + 1));
      const auto expected = sums_of(*cpu(), matrix.view(), labels, scale, k * columns);
      under_seeds([&] {
        const auto backend = cuda_backend();
        EXPECT_EQ(sums_of(*backend, matrix.view(), labels, scale, k * columns), expected);
      });
    }
  }
}

TEST(CudaAddByLabel, IsTheCpusSumOfSparseRows) {
  const CsrMatrix matrix = made_sparse(200, 50, 7);
  const auto labels = made_labels(200, 4, 3);
  const FixedPoint scale = FixedPoint::for_sums_of(1.0, 200);
  const auto expected = sums_of(*cpu(), matrix.view(), labels, scale, 200);
  under_seeds([&] {
    const auto backend = cuda_backend();
    EXPECT_EQ(sums_of(*backend, matrix.view(), labels, scale, 200), expected);
  });
}

TEST(CudaAddByLabel, RoundsHalvesToEven) {
  DenseMatrix matrix(1, 8);
  matrix.values = {0.5F, 1.5F, 2.5F, -0.5F, -1.5F, -2.5F, 3.5F, -3.5F};
  const FixedPoint one = FixedPoint::for_sums_of(0x1p61, 2);
  ASSERT_EQ(one.scale(), 1.0);
  emulator::restart(1);
  const auto backend = cuda_backend();
  EXPECT_EQ(sums_of(*backend, matrix.view(), {0}, one, 8),
            (std::vector<std::int64_t>{5, 7, 7, 5, 3, 3, 9, 1}));
}

void expect_twin_sums(std::int64_t rows, std::int64_t columns, std::int64_t k) {
  const DenseMatrix matrix = made_rows(rows, columns, 3);
  const auto labels = made_labels(rows, k, 3);
  under_seeds([&] {
    const auto x = on_device(matrix.values);
    const auto device_labels = on_device(labels);
    DeviceBuffer<unsigned long long> fast(k * columns, "a test");
    DeviceBuffer<unsigned long long> naive(k * columns, "a test");
    DeviceBuffer<std::int32_t> places(k + 1, "a test");
    DeviceBuffer<std::int32_t> ordered(rows, "a test");
    Stream stream;
    fill_with_zeros(fast.data(), fast.count(), stream);
    fill_with_zeros(naive.data(), naive.count(), stream);
    add_dense_by_label(x.data(), rows, columns, device_labels.data(), k, {places.data(), ordered.data()}, 1e6,
                       fast.data(), stream);
    add_dense_by_label_naive(x.data(), rows, columns, device_labels.data(), 1e6, naive.data(), stream);
    stream.synchronize();
    EXPECT_EQ(from_device(fast), from_device(naive));
  });
}

/// More labels than a block has threads, more rows than one block adds up, vectors of four columns and of
/// one.
TEST(CudaAddByLabel, HasTheSumsOfItsNaiveTwin) {
  expect_twin_sums(100, 70, 6);
  expect_twin_sums(300, 72, 700);
  expect_twin_sums(64, 4, 1);
  expect_twin_sums(67, 1028, 2);
}

}  // namespace
}  // namespace shoal
