// Pieces of work are tiles of the result, never parts of a sum.
#include "block_products.hpp"

#include <algorithm>
#include <vector>

#include "kernels.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/threads.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kSlice = Block::kSlice;
constexpr std::int64_t kRowsAtOnce = 64;  ///< of two slices: 32 KiB, so that they stay in the nearest cache
constexpr std::int64_t kRowsOfPiece = 256;

}  // namespace

Block transposed_product(const Block& x, const Block& z, const Workers& workers) {
  SHOAL_EXPECT(x.rows() == z.rows());
  Block result(x.width(), z.width());
  const std::int64_t tiles = x.slices() * z.slices();
  parallel_for(static_cast<std::size_t>(tiles), workers.threads, [&](std::size_t tile) {
    const std::int64_t s = static_cast<std::int64_t>(tile) / z.slices();
    const std::int64_t t = static_cast<std::int64_t>(tile) % z.slices();
    double* to = result.slice(t) + s * kSlice * kSlice;
    const std::int64_t columns = std::min(kSlice, x.width() - s * kSlice);
    for (std::int64_t first = 0; first < x.rows(); first += kRowsAtOnce) {
      const std::int64_t rows = std::min(kRowsAtOnce, x.rows() - first);
      add_products({x.slice(s) + first * kSlice, 1, kSlice}, columns, rows, z.slice(t) + first * kSlice, to,
                   workers.level);
    }
  });
  return result;
}

Block product(const Block& x, const Block& q, const Workers& workers) {
  SHOAL_EXPECT(x.width() == q.rows());
  Block result(x.rows(), q.width());
  const std::int64_t pieces = (x.rows() + kRowsOfPiece - 1) / kRowsOfPiece;
  parallel_for(static_cast<std::size_t>(pieces), workers.threads, [&](std::size_t piece) {
    const std::int64_t first = static_cast<std::int64_t>(piece) * kRowsOfPiece;
    const std::int64_t rows = std::min(kRowsOfPiece, x.rows() - first);
    for (std::int64_t t = 0; t < q.slices(); ++t) {
      for (std::int64_t s = 0; s < x.slices(); ++s) {
        const std::int64_t columns = std::min(kSlice, x.width() - s * kSlice);
        add_products({x.slice(s) + first * kSlice, kSlice, 1}, rows, columns,
                     q.slice(t) + s * kSlice * kSlice, result.slice(t) + first * kSlice, workers.level);
      }
    }
  });
  return result;
}

std::vector<double> squared_lengths(const Block& x, const Workers& workers) {
  std::vector<double> lengths(static_cast<std::size_t>(x.slices() * kSlice));
  parallel_for(static_cast<std::size_t>(x.slices()), workers.threads, [&](std::size_t s) {
    double* to = lengths.data() + s * kSlice;
    const double* values = x.slice(static_cast<std::int64_t>(s));
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      for (std::int64_t j = 0; j < kSlice; ++j) to[j] += values[i * kSlice + j] * values[i * kSlice + j];
    }
  });
  return lengths;
}

}  // namespace shoal
