// Rows that stay on the device: the same bits, and no second journey.
#include "kept_rows.hpp"

#include <cmath>

#include "backend.hpp"
#include "on_device.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "support/made_arrays.hpp"

namespace shoal {
namespace {

using testing::assign;
using testing::made_centroids;
using testing::made_rows;
using testing::made_sparse;
using testing::sums_of;

/// matrix: its values are overwritten, to see who still reads them.
template <class Matrix>
void expect_kept_rows_read(Matrix matrix, std::int64_t count, std::int64_t k) {
  const std::vector<float> values = matrix.values;
  const auto centroids = made_centroids(k, matrix.columns, 6);
  const FixedPoint scale = FixedPoint::for_sums_of(1.0, static_cast<std::uint64_t>(count));
  under_seeds([&] {
    matrix.values = values;
    const auto backend = cuda_backend();
    const auto expected = assign(*backend, matrix.view(), count, centroids);
    const auto sums = sums_of(*backend, matrix.view(), expected.labels, scale, k * matrix.columns);
    auto kept = backend->arrays().keep(matrix.view(), k);
    ASSERT_NE(kept, nullptr);
    std::fill(matrix.values.begin(), matrix.values.end(), 0.0F);
    for (int again = 0; again < 2; ++again) {
      EXPECT_EQ(assign(*backend, matrix.view(), count, centroids), expected);
      EXPECT_EQ(sums_of(*backend, matrix.view(), expected.labels, scale, k * matrix.columns), sums);
    }
    kept.reset();
    EXPECT_NE(sums_of(*backend, matrix.view(), expected.labels, scale, k * matrix.columns), sums);
  });
}

TEST(CudaKeptRows, AreReadInsteadOfTheHosts) {
  expect_kept_rows_read(made_rows(300, 40, 5), 300, 7);
  expect_kept_rows_read(made_sparse(300, 40, 5), 300, 7);
}

TEST(CudaKeptRows, AreThoseOfTheSameViewOnly) {
  const CsrMatrix matrix = made_sparse(50, 40, 5);
  const auto centroids = made_centroids(9, 40, 6);
  CsrView part = matrix.view();
  part.offsets = part.offsets.subspan(20, 11);
  emulator::restart(1);
  const auto backend = cuda_backend();
  const auto expected = assign(*backend, part, 10, centroids);
  const auto kept = backend->arrays().keep(matrix.view(), 9);
  EXPECT_EQ(assign(*backend, part, 10, centroids), expected);
  const auto kept_part = backend->arrays().keep(part, 9);
  EXPECT_EQ(assign(*backend, part, 10, centroids), expected);
}

/// 10 MiB beside what all else takes and what is left free.
template <class Rows>
void expect_some_kept(const Rows& rows, std::int64_t count, std::int64_t least_bytes) {
  const auto centroids = made_centroids(2, rows.columns, 6);
  const auto expected = assign(*make_cpu_backend({1, detect_instruction_level()}), rows, count, centroids);
  const ArraysMemory memory = arrays_memory({std::is_same_v<Rows, CsrView>, count, rows.columns, 2});
  const std::int64_t needed = memory.lasting + memory.travelling + (74 << 20);
  emulator::restart(0, {.memory = static_cast<std::size_t>(needed)});
  const auto backend = cuda_backend();
  const auto kept = backend->arrays().keep(rows, 2);
  EXPECT_GT(static_cast<std::int64_t>(emulator::device_bytes()), memory.lasting + least_bytes);
  EXPECT_EQ(assign(*backend, rows, count, centroids), expected);
}

TEST(CudaKeptRows, AreAsManyAsThereIsRoomFor) {
  SHOAL_NEEDS_EMULATOR();
  // 640 rows are kept, 410 travel, in pieces that do not begin where those of all rows would.
  const DenseMatrix dense = made_rows(1050, 4096, 5);
  expect_some_kept(dense.view(), dense.rows, 640 * 4096 * 4);
  // All of these, but not what they are rounded to.
  const DenseMatrix fewer = made_rows(600, 4096, 5);
  expect_some_kept(fewer.view(), fewer.rows, 600 * 4096 * 4 - 1);
  const CsrMatrix sparse = made_sparse(30000, 500, 5);
  expect_some_kept(sparse.view(), sparse.rows(), 9 << 20);
}

template <class T>
std::vector<T> fetched(const T* from, std::size_t count) {
  PinnedBuffer<T> pinned(static_cast<std::int64_t>(count), "a test");
  Stream stream;
  copy_to_host(pinned.data(), from, pinned.count(), stream);
  stream.synchronize();
  return {pinned.data(), pinned.data() + count};
}

/// Sent in two pieces, read from the middle of one to the middle of the other.
TEST(CudaKeptRows, LieWhereTheirNumbersSay) {
  constexpr RowRange kPart{9, 31};
  const DenseMatrix dense = made_rows(40, 5, 1);
  const CsrMatrix sparse = made_sparse(60, 30, 2);
  CsrView view = sparse.view();
  view.offsets = view.offsets.subspan(20);
  under_seeds([&] {
    KeptDense kept(dense.view(), 1 << 20);
    KeptCsr kept_sparse(view, 1 << 20);
    RowPiece piece;
    for (const RowRange& range : {RowRange{0, 17}, RowRange{17, 40}}) {
      kept.send(piece, range);
      piece.stream.synchronize();
      kept_sparse.send(piece, range);
      piece.stream.synchronize();
    }
    const auto begin = dense.values.begin() + kPart.begin * 5;
    EXPECT_EQ(fetched(kept.at(kPart).values, 22 * 5), std::vector<float>(begin, begin + 22 * 5));
    const std::int64_t wide = filled_up_columns(5);
    const auto coarse = fetched(kept.at(kPart).coarse, static_cast<std::size_t>(22 * wide));
    const auto lengths = fetched(kept.at(kPart).lengths, 22);
    for (std::int64_t i = 0; i < 22; ++i) {
      double squared = 0.0;
      double squared_rest = 0.0;
      for (std::int64_t c = 0; c < wide; ++c) {
        const float value = c < 5 ? begin[i * 5 + c] : 0.0F;
        squared += static_cast<double>(value) * static_cast<double>(value);
        const float rounded = __bfloat162float(coarse[static_cast<std::size_t>(i * wide + c)]);
        EXPECT_EQ(rounded, __bfloat162float(__float2bfloat16_rn(value)));
        squared_rest += static_cast<double>(value - rounded) * static_cast<double>(value - rounded);
      }
      EXPECT_NEAR(lengths[static_cast<std::size_t>(i)].norm, std::sqrt(squared), 1e-8);
      EXPECT_NEAR(lengths[static_cast<std::size_t>(i)].rest, std::sqrt(squared_rest), 1e-10);
    }
    const EntryRange entries = entries_of(view, kPart);
    const DeviceCsr there = kept_sparse.at(kPart);
    const auto same = [](const auto& found, const auto& expected) {
      return std::equal(found.begin(), found.end(), expected.begin(), expected.end());
    };
    EXPECT_TRUE(same(fetched(there.offsets, 23), view.offsets.subspan(9, 23)));
    EXPECT_TRUE(
        same(fetched(there.indices, entries.count), view.indices.subspan(entries.begin, entries.count)));
    EXPECT_TRUE(
        same(fetched(there.values, entries.count), view.values.subspan(entries.begin, entries.count)));
    EXPECT_EQ(there.rows, 22);
  });
}

TEST(CudaKeptRows, AreNoneWhereThereIsNoRoom) {
  SHOAL_NEEDS_EMULATOR();
  const DenseMatrix rows = made_rows(10, 4, 5);
  emulator::restart(1, {.memory = 64 << 20});
  const auto backend = cuda_backend();
  const auto kept = backend->arrays().keep(rows.view(), 2);
  const auto centroids = made_centroids(2, 4, 6);
  EXPECT_EQ(assign(*backend, rows.view(), 10, centroids).labels.size(), 10U);
}

}  // namespace
}  // namespace shoal
