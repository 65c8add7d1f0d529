// The two passes with AVX2. A weight has up to 23 bits and is split into 15 low and 8 high ones, so that the
// processor's 16-bit multiply-add takes both: sum(w x) = sum(low x) + (sum(high x) << 15), exactly, modulo
// 2^32.
#include "resample_avx2.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace shoal {

#if defined(__x86_64__)
namespace {

#define SHOAL_AVX2 __attribute__((target("avx2")))
#define SHOAL_AVX2_INLINE __attribute__((target("avx2"), always_inline)) inline

constexpr int kLowBits = 15;
constexpr std::int32_t kLowMask = (1 << kLowBits) - 1;
/// Four pixels are 12 bytes, but are loaded as 16.
constexpr std::size_t kPixelsAtOnce = 4;
/// A load that begins at the last pixel of a row ends this many bytes after the row.
constexpr std::ptrdiff_t kOverread = 13;
constexpr std::size_t kRowsAtOnce = 4;
constexpr std::size_t kBytesAtOnce = 32;

std::int16_t low_part(std::int32_t weight) { return static_cast<std::int16_t>(weight & kLowMask); }
std::int16_t high_part(std::int32_t weight) { return static_cast<std::int16_t>(weight >> kLowBits); }

/// The weights of four pixels: what one step of the columns' pass loads.
struct WeightGroup {
  std::array<std::int16_t, kPixelsAtOnce> low;
  std::array<std::int16_t, kPixelsAtOnce> high;
};

/// plan's weights in groups, outputs x (taps / 4).
std::vector<WeightGroup> group_weights(const AxisPlan& plan) {
  std::vector<WeightGroup> groups(plan.weights.size() / kPixelsAtOnce);
  for (std::size_t i = 0; i < plan.weights.size(); ++i) {
    groups[i / kPixelsAtOnce].low[i % kPixelsAtOnce] = low_part(plan.weights[i]);
    groups[i / kPixelsAtOnce].high[i % kPixelsAtOnce] = high_part(plan.weights[i]);
  }
  return groups;
}

/// Sums to bytes' range: low + (high << 15) + half, shifted down. 8 x int32.
SHOAL_AVX2_INLINE __m256i finish(__m256i low, __m256i high) {
  const __m256i half = _mm256_set1_epi32(1 << (kWeightBits - 1));
  const __m256i sum = _mm256_add_epi32(_mm256_add_epi32(low, half), _mm256_slli_epi32(high, kLowBits));
  return _mm256_srai_epi32(sum, kWeightBits);
}

/// Four weights a, b, c, d as 16-bit pairs: (a, b) in the low lane, (c, d) in the high lane, four times each.
SHOAL_AVX2_INLINE __m256i spread_weights(const std::array<std::int16_t, kPixelsAtOnce>& weights) {
  const __m256i pairs =
      _mm256_castsi128_si256(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(weights.data())));
  return _mm256_permutevar8x32_epi32(pairs, _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1));
}

/// Four RGB pixels p, q, r, s as 16-bit pairs by channel: (p, q) in the low lane, (r, s) in the high lane;
/// the fourth pair of each lane is zero.
SHOAL_AVX2_INLINE __m256i load_pixels(const std::uint8_t* pixels) {
  const __m256i order = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                                         6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(pixels));
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), order);
}

/// The two lanes of a and of b added: a's sums in the low lane, b's in the high one.
SHOAL_AVX2_INLINE __m256i add_lanes(__m256i a, __m256i b) {
  return _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31));
}

void store_pixel(std::uint8_t* target, int rgb0) { std::memcpy(target, &rgb0, sizeof rgb0); }

/// One output of four rows: `groups` steps over the pixels at `offset` of each row, to `target_offset` of
/// each.
SHOAL_AVX2_INLINE void resample_pixel(const std::array<const std::uint8_t*, kRowsAtOnce>& sources,
                                      std::size_t offset, const WeightGroup* weights, std::size_t groups,
                                      const std::array<std::uint8_t*, kRowsAtOnce>& targets,
                                      std::size_t target_offset) {
  __m256i low[kRowsAtOnce] = {}, high[kRowsAtOnce] = {};
  for (std::size_t g = 0; g < groups; ++g, offset += 3 * kPixelsAtOnce) {
    const __m256i low_weights = spread_weights(weights[g].low);
    const __m256i high_weights = spread_weights(weights[g].high);
#pragma GCC unroll 4  // or the sums would live in memory
    for (std::size_t r = 0; r < kRowsAtOnce; ++r) {
      const __m256i pixels = load_pixels(sources[r] + offset);
      low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(pixels, low_weights));
      high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(pixels, high_weights));
    }
  }
  const __m256i rows01 = finish(add_lanes(low[0], low[1]), add_lanes(high[0], high[1]));
  const __m256i rows23 = finish(add_lanes(low[2], low[3]), add_lanes(high[2], high[3]));
  const __m256i words = _mm256_packs_epi32(rows01, rows23);  // lanes: rows 0, 2 | rows 1, 3
  const __m256i bytes = _mm256_packus_epi16(words, words);
  const __m128i even = _mm256_castsi256_si128(bytes);
  const __m128i odd = _mm256_extracti128_si256(bytes, 1);
  store_pixel(targets[0] + target_offset, _mm_cvtsi128_si32(even));
  store_pixel(targets[1] + target_offset, _mm_cvtsi128_si32(odd));
  store_pixel(targets[2] + target_offset, _mm_extract_epi32(even, 1));
  store_pixel(targets[3] + target_offset, _mm_extract_epi32(odd, 1));
}

/// How many of the first rows can be read with whole vectors.
std::size_t rows_within(const SourceRows& source, std::size_t rows) {
  const std::ptrdiff_t readable = source.end - source.data - kOverread;
  if (readable <= 0) return 0;
  return std::min(rows, static_cast<std::size_t>(readable) / source.stride);
}

/// Two rows' weights of one column pass step: pairs for every 32-bit lane.
struct WeightPair {
  __m256i low, high;
};

SHOAL_AVX2_INLINE WeightPair pair_weights(std::int32_t a, std::int32_t b) {
  return {_mm256_set1_epi32((b & kLowMask) << 16 | (a & kLowMask)),
          _mm256_set1_epi32((b >> kLowBits) << 16 | (a >> kLowBits))};
}

/// Output bytes of one row at x: 32 columns by `count` rows that begin at `first`.
SHOAL_AVX2_INLINE __m256i resample_bytes(const std::uint8_t* first, std::size_t stride,
                                         const std::int32_t* weights, std::int32_t count) {
  const __m256i zero = _mm256_setzero_si256();
  __m256i low[4] = {}, high[4] = {};
  for (std::int32_t j = 0; j < count; j += 2) {
    const std::uint8_t* row = first + static_cast<std::size_t>(j) * stride;
    const bool last = j + 1 == count;  // an odd last row is paired with itself; the second weight is 0 there
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(last ? row : row + stride));
    const WeightPair pair = pair_weights(weights[j], last ? 0 : weights[j + 1]);
    const __m256i front = _mm256_unpacklo_epi8(a, b);
    const __m256i back = _mm256_unpackhi_epi8(a, b);
    const __m256i samples[4] = {_mm256_unpacklo_epi8(front, zero), _mm256_unpackhi_epi8(front, zero),
                                _mm256_unpacklo_epi8(back, zero), _mm256_unpackhi_epi8(back, zero)};
#pragma GCC unroll 4
    for (int quarter = 0; quarter < 4; ++quarter) {
      low[quarter] = _mm256_add_epi32(low[quarter], _mm256_madd_epi16(samples[quarter], pair.low));
      high[quarter] = _mm256_add_epi32(high[quarter], _mm256_madd_epi16(samples[quarter], pair.high));
    }
  }
  // Unpacking split the quarters within lanes, and packing puts them back within lanes: the order is kept.
  return _mm256_packus_epi16(_mm256_packs_epi32(finish(low[0], high[0]), finish(low[1], high[1])),
                             _mm256_packs_epi32(finish(low[2], high[2]), finish(low[3], high[3])));
}

}  // namespace

SHOAL_AVX2 std::size_t resample_columns_avx2(const SourceRows& source, std::size_t rows, const AxisPlan& plan,
                                             const TargetRows& target) {
  const std::size_t readable = rows_within(source, rows);
  if (readable == 0) return 0;
  const std::vector<WeightGroup> groups = group_weights(plan);
  const std::size_t groups_per_output = static_cast<std::size_t>(plan.taps) / kPixelsAtOnce;
  for (std::size_t y = 0; y < readable; y += kRowsAtOnce) {
    std::array<const std::uint8_t*, kRowsAtOnce> sources{};
    std::array<std::uint8_t*, kRowsAtOnce> targets{};
    for (std::size_t r = 0; r < kRowsAtOnce; ++r) {
      const std::size_t row = std::min(y + r, readable - 1);  // beyond the last row it is done again
      sources[r] = source.row(row);
      targets[r] = target.row(row);
    }
    for (std::size_t i = 0; i < plan.outputs(); ++i) {
      const std::size_t steps = (static_cast<std::size_t>(plan.count[i]) + kPixelsAtOnce - 1) / kPixelsAtOnce;
      resample_pixel(sources, 3 * static_cast<std::size_t>(plan.first[i]), &groups[i * groups_per_output],
                     steps, targets, 3 * i);
    }
  }
  return readable;
}

SHOAL_AVX2 std::size_t resample_rows_avx2(const SourceRows& source, std::int32_t origin,
                                          std::size_t row_bytes, const AxisPlan& plan,
                                          const TargetRows& target) {
  const std::size_t whole = row_bytes / kBytesAtOnce * kBytesAtOnce;
  for (std::size_t i = 0; i < plan.outputs(); ++i) {
    const std::uint8_t* first = source.row(static_cast<std::size_t>(plan.first[i] - origin));
    for (std::size_t x = 0; x < whole; x += kBytesAtOnce) {
      const __m256i bytes = resample_bytes(first + x, source.stride, plan.weights_of(i), plan.count[i]);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(target.row(i) + x), bytes);
    }
  }
  return whole;
}

#else  // other processors have the portable form only

std::size_t resample_columns_avx2(const SourceRows&, std::size_t, const AxisPlan&, const TargetRows&) {
  return 0;
}
std::size_t resample_rows_avx2(const SourceRows&, std::int32_t, std::size_t, const AxisPlan&,
                               const TargetRows&) {
  return 0;
}

#endif

}  // namespace shoal
