// A blocked float32 matrix product: 6 rows x 16 centroids in registers, a chunk of columns in the nearest
// cache.
#include "products.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "shoal/base/threads.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace shoal {
namespace {

constexpr std::int64_t kPanel = PackedCentroids::kPanel;
constexpr std::int64_t kChunk = PackedCentroids::kChunk;
using RowPointers = std::array<const float*, kProductRows>;

/// products[r * stride + j] += x[r] . panel_j over n columns, for kProductRows rows and kPanel centroids.
void add_products_portable(const RowPointers& x, const float* panel, std::int64_t n, float* products,
                           std::int64_t stride) {
  for (std::size_t r = 0; r < x.size(); ++r) {
    float sums[kPanel] = {};
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < kPanel; ++j) sums[j] += x[r][i] * panel[i * kPanel + j];
    }
    float* to = products + static_cast<std::int64_t>(r) * stride;
    for (std::int64_t j = 0; j < kPanel; ++j) to[j] += sums[j];
  }
}

#if defined(__x86_64__)
// Every loop over `sums` is unrolled: only then do they become registers.
__attribute__((target("avx2,fma"))) void add_products_avx2(const RowPointers& x, const float* panel,
                                                           std::int64_t n, float* products,
                                                           std::int64_t stride) {
  __m256 sums[kProductRows][2];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < kProductRows; ++r) sums[r][0] = sums[r][1] = _mm256_setzero_ps();
  const RowPointers rows = x;
  for (std::int64_t i = 0; i < n; ++i) {
    const __m256 c0 = _mm256_load_ps(panel + i * kPanel);
    const __m256 c1 = _mm256_load_ps(panel + i * kPanel + 8);
#pragma GCC unroll 6
    for (std::size_t r = 0; r < kProductRows; ++r) {
      const __m256 value = _mm256_broadcast_ss(rows[r] + i);
      sums[r][0] = _mm256_fmadd_ps(value, c0, sums[r][0]);
      sums[r][1] = _mm256_fmadd_ps(value, c1, sums[r][1]);
    }
  }
#pragma GCC unroll 6
  for (std::size_t r = 0; r < kProductRows; ++r) {
    float* to = products + static_cast<std::int64_t>(r) * stride;
    _mm256_storeu_ps(to, _mm256_add_ps(_mm256_loadu_ps(to), sums[r][0]));
    _mm256_storeu_ps(to + 8, _mm256_add_ps(_mm256_loadu_ps(to + 8), sums[r][1]));
  }
}
#endif

void add_products(const RowPointers& x, const float* panel, std::int64_t n, float* products,
                  std::int64_t stride, [[maybe_unused]] InstructionLevel level) {
#if defined(__x86_64__)
  if (level >= InstructionLevel::avx2) return add_products_avx2(x, panel, n, products, stride);
#endif
  add_products_portable(x, panel, n, products, stride);
}

/// Column `first` of the group of rows that begins with `row`; rows past the end are the last one again.
RowPointers row_pointers(const float* x, std::int64_t rows, std::int64_t columns, std::int64_t row,
                         std::int64_t first) {
  RowPointers pointers{};
  for (std::size_t r = 0; r < pointers.size(); ++r) {
    pointers[r] = x + std::min(row + static_cast<std::int64_t>(r), rows - 1) * columns + first;
  }
  return pointers;
}

}  // namespace

PackedCentroids::PackedCentroids(const CentroidView& centroids, int threads)
    : columns_(centroids.columns),
      panels_((centroids.k + kPanel - 1) / kPanel),
      packed_(static_cast<std::size_t>(columns_ * padded_k()) * sizeof(float)) {
  const auto work = [&](std::size_t number) {
    const auto panel_number = static_cast<std::int64_t>(number);
    for (std::int64_t first = 0; first < columns_; first += kChunk) {
      float* to = const_cast<float*>(panel(first, panel_number));
      for (std::int64_t i = first; i < std::min(first + kChunk, columns_); ++i) {
        for (std::int64_t j = panel_number * kPanel; j < (panel_number + 1) * kPanel; ++j) {
          *to++ = j < centroids.k
                      ? static_cast<float>(centroids.values[static_cast<std::size_t>(j * columns_ + i)])
                      : 0.0F;
        }
      }
    }
  };
  parallel_for(static_cast<std::size_t>(panels_), threads, work);
}

const float* PackedCentroids::panel(std::int64_t first, std::int64_t panel) const {
  const std::int64_t width = std::min(kChunk, columns_ - first);
  return packed_.floats() + first * padded_k() + panel * width * kPanel;
}

void multiply(const float* x, std::int64_t rows, const PackedCentroids& centroids, float* products,
              InstructionLevel level) {
  const std::int64_t stride = centroids.padded_k();
  const std::int64_t padded_rows = (rows + kProductRows - 1) / kProductRows * kProductRows;
  std::fill_n(products, padded_rows * stride, 0.0F);
  const std::int64_t columns = centroids.columns();
  for (std::int64_t first = 0; first < columns; first += kChunk) {
    const std::int64_t width = std::min(kChunk, columns - first);
    for (std::int64_t panel = 0; panel < centroids.panels(); ++panel) {
      for (std::int64_t row = 0; row < rows; row += kProductRows) {
        add_products(row_pointers(x, rows, columns, row, first), centroids.panel(first, panel), width,
                     products + row * stride + panel * kPanel, stride, level);
      }
    }
  }
}

double product_error(std::int64_t columns) {
  constexpr double kUnit = 0x1.0p-24;
  const std::int64_t chunks = (columns + kChunk - 1) / kChunk;
  // Two more for the rounding of c and for what |c| of the rounded centroid is larger.
  const double n = static_cast<double>(std::min(columns, kChunk) + 1 + chunks + 2) * kUnit;
  return n < 0.5 ? n / (1.0 - n) : std::numeric_limits<double>::infinity();
}

}  // namespace shoal
