// Fixed-point sums by label. They are integers, so threads may add in any order: each to sums of its own
// where those are small, to a range of columns of its own where rows are long, else to the shared ones by
// atomics.
#include <algorithm>
#include <atomic>
#include <vector>

#include "cpu_arrays.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/threads.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace shoal {
namespace {

constexpr std::int64_t kPieceColumns = 512;             ///< of dense rows, at least: 2 KiB of each row
constexpr std::int64_t kPieceRows = 4096;               ///< of short and of sparse rows
constexpr std::size_t kOwnSums = std::size_t{1} << 21;  ///< sums that a thread may have for itself (16 MiB)

/// FixedPoint::encode of a scaled value: half to even. llrint is a call into libm, this one instruction.
std::int64_t round_scaled(double scaled) {
#if defined(__x86_64__)
  return _mm_cvtsd_si64(_mm_set_sd(scaled));
#else
  return std::llrint(scaled);
#endif
}

void add_encoded_portable(const float* x, std::int64_t n, double scale, std::int64_t* sums) {
  for (std::int64_t i = 0; i < n; ++i) sums[i] += round_scaled(static_cast<double>(x[i]) * scale);
}

#if defined(__x86_64__)
/// AVX2 has no conversion to int64, but below 2^51 adding 1.5 * 2^52 leaves the integer in the low bits of
/// the sum, rounded half to even; larger values take the plain way.
__attribute__((target("avx2"))) void add_encoded_avx2(const float* x, std::int64_t n, double scale,
                                                      std::int64_t* sums) {
  const __m256d factor = _mm256_set1_pd(scale);
  const __m256d magic = _mm256_set1_pd(0x1.8p52);
  const __m256d limit = _mm256_set1_pd(0x1.0p51);
  const __m256d sign = _mm256_set1_pd(-0.0);
  std::int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const __m256d scaled = _mm256_mul_pd(_mm256_cvtps_pd(_mm_loadu_ps(x + i)), factor);
    const __m256d large = _mm256_cmp_pd(_mm256_andnot_pd(sign, scaled), limit, _CMP_NLT_UQ);
    if (_mm256_movemask_pd(large) != 0) {
      add_encoded_portable(x + i, 4, scale, sums + i);
      continue;
    }
    const __m256i bits = _mm256_castpd_si256(_mm256_add_pd(scaled, magic));
    const __m256i value = _mm256_sub_epi64(bits, _mm256_castpd_si256(magic));
    auto* to = reinterpret_cast<__m256i*>(sums + i);
    _mm256_storeu_si256(to, _mm256_add_epi64(_mm256_loadu_si256(to), value));
  }
  add_encoded_portable(x + i, n - i, scale, sums + i);
}
#endif

void add_encoded(const float* x, std::int64_t n, double scale, std::int64_t* sums,
                 [[maybe_unused]] InstructionLevel level) {
#if defined(__x86_64__)
  if (level >= InstructionLevel::avx2) return add_encoded_avx2(x, n, scale, sums);
#endif
  add_encoded_portable(x, n, scale, sums);
}

/// Runs add(first row, end row, sums) over pieces of rows, each thread with sums of its own, and adds those
/// up.
template <class Add>
void add_in_own_sums(std::int64_t rows, int threads, std::span<std::int64_t> sums, const Add& add) {
  const auto pieces = static_cast<std::size_t>((rows + kPieceRows - 1) / kPieceRows);
  std::vector<std::vector<std::int64_t>> own(static_cast<std::size_t>(std::max(threads, 1)));
  parallel_for_workers(pieces, threads, [&](std::size_t piece, int worker) {
    auto& mine = own[static_cast<std::size_t>(worker)];
    if (mine.empty()) mine.resize(sums.size());
    const std::int64_t first = static_cast<std::int64_t>(piece) * kPieceRows;
    add(first, std::min(first + kPieceRows, rows), mine.data());
  });
  for (const auto& part : own) {
    for (std::size_t i = 0; i < part.size(); ++i) sums[i] += part[i];
  }
}

}  // namespace

void CpuArrays::add_by_label(const DenseView& rows, std::span<const std::int32_t> labels,
                             const FixedPoint& scale, std::span<std::int64_t> sums) {
  SHOAL_EXPECT(std::ssize(labels) == rows.rows);
  const auto add = [&](std::int64_t begin, std::int64_t end, std::int64_t column, std::int64_t width,
                       std::int64_t* to) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t label = labels[static_cast<std::size_t>(i)];
      if (label < 0) continue;
      SHOAL_EXPECT((label + 1) * rows.columns <= std::ssize(sums));
      add_encoded(rows.values + i * rows.columns + column, width, scale.scale(),
                  to + label * rows.columns + column, options_.level);
    }
  };
  if (rows.columns < kPieceColumns * options_.threads && sums.size() <= kOwnSums) {
    return add_in_own_sums(rows.rows, options_.threads, sums,
                           [&](std::int64_t begin, std::int64_t end, std::int64_t* to) {
                             add(begin, end, 0, rows.columns, to);
                           });
  }
  // As wide as threads allow, since memory is fastest along a row.
  const std::int64_t width =
      std::max(kPieceColumns, (rows.columns + options_.threads - 1) / options_.threads);
  const std::int64_t pieces = (rows.columns + width - 1) / width;
  parallel_for(static_cast<std::size_t>(pieces), options_.threads, [&](std::size_t piece) {
    const std::int64_t column = static_cast<std::int64_t>(piece) * width;
    add(0, rows.rows, column, std::min(width, rows.columns - column), sums.data());
  });
}

void CpuArrays::add_by_label(const CsrView& rows, std::span<const std::int32_t> labels,
                             const FixedPoint& scale, std::span<std::int64_t> sums) {
  SHOAL_EXPECT(std::ssize(labels) == rows.rows());
  const auto for_entries = [&](std::int64_t begin, std::int64_t end, const auto& add) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t label = labels[static_cast<std::size_t>(i)];
      if (label < 0) continue;
      SHOAL_EXPECT((label + 1) * rows.columns <= std::ssize(sums));
      const SparseRow row = rows.row(i);
      for (std::size_t entry = 0; entry < row.columns.size(); ++entry) {
        add(label * rows.columns + row.columns[entry],
            round_scaled(static_cast<double>(row.values[entry]) * scale.scale()));
      }
    }
  };
  if (options_.threads <= 1) {
    return for_entries(0, rows.rows(), [&](std::int64_t at, std::int64_t value) {
      sums[static_cast<std::size_t>(at)] += value;
    });
  }
  if (sums.size() <= kOwnSums) {
    return add_in_own_sums(
        rows.rows(), options_.threads, sums, [&](std::int64_t begin, std::int64_t end, std::int64_t* to) {
          for_entries(begin, end, [&](std::int64_t at, std::int64_t value) { to[at] += value; });
        });
  }
  const auto pieces = static_cast<std::size_t>((rows.rows() + kPieceRows - 1) / kPieceRows);
  parallel_for(pieces, options_.threads, [&](std::size_t piece) {
    const std::int64_t first = static_cast<std::int64_t>(piece) * kPieceRows;
    for_entries(first, std::min(first + kPieceRows, rows.rows()), [&](std::int64_t at, std::int64_t value) {
      std::atomic_ref(sums[static_cast<std::size_t>(at)]).fetch_add(value, std::memory_order_relaxed);
    });
  });
}

}  // namespace shoal
