// The two passes with AVX2: 32 bytes at a time, two lanes.
#include "resample_vectors.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#define SHOAL_TARGET __attribute__((target("avx2")))
#define SHOAL_LANES SHOAL_TARGET __attribute__((always_inline)) static inline

namespace shoal {
namespace {

struct Lanes {
  using Vector = __m256i;

  SHOAL_LANES Vector load(const std::uint8_t* bytes) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  }
  SHOAL_LANES void store(std::uint8_t* bytes, Vector v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(bytes), v);
  }
  SHOAL_LANES Vector all32(std::int32_t number) { return _mm256_set1_epi32(number); }
  SHOAL_LANES Vector add32(Vector a, Vector b) { return _mm256_add_epi32(a, b); }
  template <int Bits>
  SHOAL_LANES Vector shift_left32(Vector v) {
    return _mm256_slli_epi32(v, Bits);
  }
  /// Keeps the sign.
  template <int Bits>
  SHOAL_LANES Vector shift_right32(Vector v) {
    return _mm256_srai_epi32(v, Bits);
  }
  /// a0 b0 + a1 b1 of each pair of int16, in int32.
  SHOAL_LANES Vector multiply_add16(Vector a, Vector b) { return _mm256_madd_epi16(a, b); }
  /// Bytes of a and b in turn: those of the low or high half of each lane.
  SHOAL_LANES Vector mix_low8(Vector a, Vector b) { return _mm256_unpacklo_epi8(a, b); }
  SHOAL_LANES Vector mix_high8(Vector a, Vector b) { return _mm256_unpackhi_epi8(a, b); }
  /// int32 to int16, and int16 to bytes, saturated: a's into the low half of each lane, b's into the high
  /// one.
  SHOAL_LANES Vector to_words(Vector a, Vector b) { return _mm256_packs_epi32(a, b); }
  SHOAL_LANES Vector to_bytes(Vector a, Vector b) { return _mm256_packus_epi16(a, b); }
  template <int Lane>
  SHOAL_LANES __m128i lane(Vector v) {
    return _mm256_extracti128_si256(v, Lane);
  }

  /// Four weights a, b, c, d as 16-bit pairs: (a, b) in each even lane, (c, d) in each odd one, four times.
  SHOAL_LANES Vector spread_weights(const std::int16_t* weights) {
    const __m256i pairs = _mm256_castsi128_si256(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(weights)));
    return _mm256_permutevar8x32_epi32(pairs, _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1));
  }
  /// Of each of the vector's rows four RGB pixels p, q, r, s as 16-bit pairs by channel: (p, q) in its even
  /// lane, (r, s) in its odd one; the fourth pair of each lane is zero. Reads 16 bytes a row.
  SHOAL_LANES Vector load_pixels(const std::uint8_t* const* rows, std::size_t offset) {
    const __m256i order = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                                           6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[0] + offset));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), order);
  }
  /// Each row's two lanes added: a's rows first, b's behind them.
  SHOAL_LANES Vector add_lane_pairs(Vector a, Vector b) {
    return _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31));
  }
};

}  // namespace
}  // namespace shoal

#include "resample_kernel.hpp"

namespace shoal {

SHOAL_TARGET std::size_t resample_columns_avx2(const SourceRows& source, std::size_t rows,
                                               const AxisPlan& plan, const TargetRows& target) {
  return resample_columns_by_lanes(source, rows, plan, target);
}

SHOAL_TARGET std::size_t resample_rows_avx2(const SourceRows& source, std::int32_t origin,
                                            std::size_t row_bytes, const AxisPlan& plan,
                                            const TargetRows& target) {
  return resample_rows_by_lanes(source, origin, row_bytes, plan, target);
}

}  // namespace shoal

#else  // other processors have the portable form only

namespace shoal {

std::size_t resample_columns_avx2(const SourceRows&, std::size_t, const AxisPlan&, const TargetRows&) {
  return 0;
}
std::size_t resample_rows_avx2(const SourceRows&, std::int32_t, std::size_t, const AxisPlan&,
                               const TargetRows&) {
  return 0;
}

}  // namespace shoal

#endif
