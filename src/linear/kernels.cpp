// The definitions in plain loops, with AVX2 and with AVX-512.
#include "kernels.hpp"

#include <algorithm>
#include <cmath>

#if defined(__x86_64__)
// GCC 12 takes the undefined vectors of its own header for mistakes (gcc.gnu.org/PR105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif

namespace shoal {
namespace {

constexpr std::int64_t kSlice = 32;
constexpr std::size_t kTile = 4;  ///< rows of a product that a kernel holds in registers

void add_products_portable(const StridedMatrix& a, std::int64_t rows, std::int64_t n, const double* b,
                           double* c) {
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t k = 0; k < n; ++k) {
      const double factor = a.at[i * a.row + k * a.step];
      for (std::int64_t j = 0; j < kSlice; ++j)
        c[i * kSlice + j] = std::fma(factor, b[k * kSlice + j], c[i * kSlice + j]);
    }
  }
}

void add_rounded_portable(const double* values, std::int64_t n, const double* scales, std::int64_t* sums) {
  for (std::int64_t i = 0; i < n; ++i) sums[i] += std::llrint(values[i] * scales[i % kSlice]);
}

void row_product_portable(const SparseRow& row, const double* slice, double* y) {
  std::fill_n(y, kSlice, 0.0);
  for (std::size_t e = 0; e < row.columns.size(); ++e) {
    const double* x = slice + row.columns[e] * kSlice;
    for (std::int64_t j = 0; j < kSlice; ++j) y[j] = std::fma(static_cast<double>(row.values[e]), x[j], y[j]);
  }
}

void add_squared_row_portable(const SparseRow& row, const double* slice, const double* scales,
                              std::int64_t* sums) {
  double y[kSlice];
  row_product_portable(row, slice, y);
  for (std::int64_t j = 0; j < kSlice; ++j) y[j] *= scales[j];
  for (std::size_t e = 0; e < row.columns.size(); ++e) {
    std::int64_t* to = sums + row.columns[e] * kSlice;
    for (std::int64_t j = 0; j < kSlice; ++j) to[j] += std::llrint(static_cast<double>(row.values[e]) * y[j]);
  }
}

#if defined(__x86_64__)
#define SHOAL_AVX2 __attribute__((target("avx2,fma")))
#define SHOAL_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))

// Every loop over registers is unrolled: only then are they registers.
template <std::size_t kRows>
SHOAL_AVX2 void add_tile_avx2(const StridedMatrix& a, std::int64_t n, const double* b, double* c) {
  for (std::int64_t j = 0; j < kSlice; j += 8) {
    __m256d sums[kRows][2];
#pragma GCC unroll 4
    for (int i = 0; i < static_cast<int>(kRows); ++i) {
      sums[i][0] = _mm256_loadu_pd(c + i * kSlice + j);
      sums[i][1] = _mm256_loadu_pd(c + i * kSlice + j + 4);
    }
    const double* factor = a.at;
    for (std::int64_t k = 0; k < n; ++k, factor += a.step) {
      const __m256d b0 = _mm256_loadu_pd(b + k * kSlice + j);
      const __m256d b1 = _mm256_loadu_pd(b + k * kSlice + j + 4);
#pragma GCC unroll 4
      for (int i = 0; i < static_cast<int>(kRows); ++i) {
        const __m256d value = _mm256_broadcast_sd(factor + i * a.row);
        sums[i][0] = _mm256_fmadd_pd(value, b0, sums[i][0]);
        sums[i][1] = _mm256_fmadd_pd(value, b1, sums[i][1]);
      }
    }
#pragma GCC unroll 4
    for (int i = 0; i < static_cast<int>(kRows); ++i) {
      _mm256_storeu_pd(c + i * kSlice + j, sums[i][0]);
      _mm256_storeu_pd(c + i * kSlice + j + 4, sums[i][1]);
    }
  }
}

template <std::size_t kRows>
SHOAL_AVX512 void add_tile_avx512(const StridedMatrix& a, std::int64_t n, const double* b, double* c) {
  __m512d sums[kRows][4];
#pragma GCC unroll 4
  for (int i = 0; i < static_cast<int>(kRows); ++i) {
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) sums[i][v] = _mm512_loadu_pd(c + i * kSlice + 8 * v);
  }
  const double* factor = a.at;
  for (std::int64_t k = 0; k < n; ++k, factor += a.step) {
    __m512d column[4];
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) column[v] = _mm512_loadu_pd(b + k * kSlice + 8 * v);
#pragma GCC unroll 4
    for (int i = 0; i < static_cast<int>(kRows); ++i) {
      const __m512d value = _mm512_set1_pd(factor[i * a.row]);
#pragma GCC unroll 4
      for (int v = 0; v < 4; ++v) sums[i][v] = _mm512_fmadd_pd(value, column[v], sums[i][v]);
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < static_cast<int>(kRows); ++i) {
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) _mm512_storeu_pd(c + i * kSlice + 8 * v, sums[i][v]);
  }
}

/// AVX2 has no conversion to int64, but below 2^51 adding 1.5 * 2^52 leaves the integer in the low bits of
/// the sum, rounded half to even.
SHOAL_AVX2 inline void add_rounded_avx2(__m256d scaled, std::int64_t* sums) {
  const __m256d magic = _mm256_set1_pd(0x1.8p52);
  const __m256i rounded =
      _mm256_sub_epi64(_mm256_castpd_si256(_mm256_add_pd(scaled, magic)), _mm256_castpd_si256(magic));
  auto* to = reinterpret_cast<__m256i*>(sums);
  _mm256_storeu_si256(to, _mm256_add_epi64(_mm256_loadu_si256(to), rounded));
}

SHOAL_AVX2 __attribute__((always_inline)) inline void multiply_row(const SparseRow& row, const double* slice,
                                                                   __m256d (&y)[8]) {
#pragma GCC unroll 8
  for (int v = 0; v < 8; ++v) y[v] = _mm256_setzero_pd();
  for (std::size_t e = 0; e < row.columns.size(); ++e) {
    const __m256d value = _mm256_set1_pd(static_cast<double>(row.values[e]));
    const double* x = slice + row.columns[e] * kSlice;
#pragma GCC unroll 8
    for (int v = 0; v < 8; ++v) y[v] = _mm256_fmadd_pd(value, _mm256_loadu_pd(x + 4 * v), y[v]);
  }
}

SHOAL_AVX2 void row_product_avx2(const SparseRow& row, const double* slice, double* to) {
  __m256d y[8];
  multiply_row(row, slice, y);
#pragma GCC unroll 8
  for (int v = 0; v < 8; ++v) _mm256_storeu_pd(to + 4 * v, y[v]);
}

SHOAL_AVX2 void add_squared_row_avx2(const SparseRow& row, const double* slice, const double* scales,
                                     std::int64_t* sums) {
  __m256d y[8];
  multiply_row(row, slice, y);
#pragma GCC unroll 8
  for (int v = 0; v < 8; ++v) y[v] = _mm256_mul_pd(y[v], _mm256_loadu_pd(scales + 4 * v));
  for (std::size_t e = 0; e < row.columns.size(); ++e) {
    const __m256d value = _mm256_set1_pd(static_cast<double>(row.values[e]));
    std::int64_t* to = sums + row.columns[e] * kSlice;
#pragma GCC unroll 8
    for (int v = 0; v < 8; ++v) add_rounded_avx2(_mm256_mul_pd(value, y[v]), to + 4 * v);
  }
}

SHOAL_AVX512 inline void add_rounded_avx512(__m512d scaled, std::int64_t* sums) {
  _mm512_storeu_si512(sums, _mm512_add_epi64(_mm512_loadu_si512(sums), _mm512_cvtpd_epi64(scaled)));
}

SHOAL_AVX512 void add_squared_row_avx512(const SparseRow& row, const double* slice, const double* scales,
                                         std::int64_t* sums) {
  __m512d y[4];
#pragma GCC unroll 4
  for (int v = 0; v < 4; ++v) y[v] = _mm512_setzero_pd();
  for (std::size_t e = 0; e < row.columns.size(); ++e) {
    const __m512d value = _mm512_set1_pd(static_cast<double>(row.values[e]));
    const double* x = slice + row.columns[e] * kSlice;
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) y[v] = _mm512_fmadd_pd(value, _mm512_loadu_pd(x + 8 * v), y[v]);
  }
#pragma GCC unroll 4
  for (int v = 0; v < 4; ++v) y[v] = _mm512_mul_pd(y[v], _mm512_loadu_pd(scales + 8 * v));
  for (std::size_t e = 0; e < row.columns.size(); ++e) {
    const __m512d value = _mm512_set1_pd(static_cast<double>(row.values[e]));
    std::int64_t* to = sums + row.columns[e] * kSlice;
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) add_rounded_avx512(_mm512_mul_pd(value, y[v]), to + 8 * v);
  }
}

SHOAL_AVX2 void add_rounded_rows_avx2(const double* values, std::int64_t n, const double* scales,
                                      std::int64_t* sums) {
  for (std::int64_t i = 0; i < n; i += 4) {
    add_rounded_avx2(_mm256_mul_pd(_mm256_loadu_pd(values + i), _mm256_loadu_pd(scales + i % kSlice)),
                     sums + i);
  }
}

template <class Tile, class LastRows>
void for_tiles(const StridedMatrix& a, std::int64_t rows, const Tile& tile, const LastRows& one, double* c) {
  std::int64_t i = 0;
  constexpr auto kRows = static_cast<std::int64_t>(kTile);
  for (; i + kRows <= rows; i += kRows) tile({a.at + i * a.row, a.row, a.step}, c + i * kSlice);
  for (; i < rows; ++i) one({a.at + i * a.row, a.row, a.step}, c + i * kSlice);
}
#endif

}  // namespace

void add_products(const StridedMatrix& a, std::int64_t rows, std::int64_t n, const double* b, double* c,
                  [[maybe_unused]] InstructionLevel level) {
#if defined(__x86_64__)
  using Matrix = const StridedMatrix&;
  if (level >= InstructionLevel::avx512) {
    return for_tiles(
        a, rows, [&](Matrix part, double* to) { add_tile_avx512<kTile>(part, n, b, to); },
        [&](Matrix part, double* to) { add_tile_avx512<1>(part, n, b, to); }, c);
  }
  if (level >= InstructionLevel::avx2) {
    return for_tiles(
        a, rows, [&](Matrix part, double* to) { add_tile_avx2<kTile>(part, n, b, to); },
        [&](Matrix part, double* to) { add_tile_avx2<1>(part, n, b, to); }, c);
  }
#endif
  add_products_portable(a, rows, n, b, c);
}

void row_product(const SparseRow& row, const double* slice, double* y,
                 [[maybe_unused]] InstructionLevel level) {
#if defined(__x86_64__)
  if (level >= InstructionLevel::avx2) return row_product_avx2(row, slice, y);
#endif
  row_product_portable(row, slice, y);
}

void add_squared_rows(const CsrView& rows, std::int64_t begin, std::int64_t end, const double* slice,
                      const double* scales, std::int64_t* sums, [[maybe_unused]] InstructionLevel level) {
  auto* add = add_squared_row_portable;
#if defined(__x86_64__)
  if (level >= InstructionLevel::avx512) {
    add = add_squared_row_avx512;
  } else if (level >= InstructionLevel::avx2) {
    add = add_squared_row_avx2;
  }
#endif
  for (std::int64_t i = begin; i < end; ++i) add(rows.row(i), slice, scales, sums);
}

void add_rounded(const double* values, std::int64_t n, const double* scales, std::int64_t* sums,
                 [[maybe_unused]] InstructionLevel level) {
#if defined(__x86_64__)
  if (level >= InstructionLevel::avx2) return add_rounded_rows_avx2(values, n, scales, sums);
#endif
  add_rounded_portable(values, n, scales, sums);
}

}  // namespace shoal
