// The two passes with AVX-512: 64 bytes at a time, four lanes. What each operation does stands in
// resample_avx2.cpp; here a vector of pixels has two rows.
#include "resample_vectors.hpp"

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

#define SHOAL_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
#define SHOAL_LANES SHOAL_TARGET __attribute__((always_inline)) static inline

namespace shoal {
namespace {

struct Lanes {
  using Vector = __m512i;

  SHOAL_LANES Vector load(const std::uint8_t* bytes) { return _mm512_loadu_si512(bytes); }
  SHOAL_LANES void store(std::uint8_t* bytes, Vector v) { _mm512_storeu_si512(bytes, v); }
  SHOAL_LANES Vector all32(std::int32_t number) { return _mm512_set1_epi32(number); }
  SHOAL_LANES Vector add32(Vector a, Vector b) { return _mm512_add_epi32(a, b); }
  template <int Bits>
  SHOAL_LANES Vector shift_left32(Vector v) {
    return _mm512_slli_epi32(v, Bits);
  }
  template <int Bits>
  SHOAL_LANES Vector shift_right32(Vector v) {
    return _mm512_srai_epi32(v, Bits);
  }
  SHOAL_LANES Vector multiply_add16(Vector a, Vector b) { return _mm512_madd_epi16(a, b); }
  SHOAL_LANES Vector mix_low8(Vector a, Vector b) { return _mm512_unpacklo_epi8(a, b); }
  SHOAL_LANES Vector mix_high8(Vector a, Vector b) { return _mm512_unpackhi_epi8(a, b); }
  SHOAL_LANES Vector to_words(Vector a, Vector b) { return _mm512_packs_epi32(a, b); }
  SHOAL_LANES Vector to_bytes(Vector a, Vector b) { return _mm512_packus_epi16(a, b); }
  template <int Lane>
  SHOAL_LANES __m128i lane(Vector v) {
    return _mm512_extracti32x4_epi32(v, Lane);
  }

  SHOAL_LANES Vector spread_weights(const std::int16_t* weights) {
    const Vector pairs = _mm512_zextsi128_si512(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(weights)));
    return _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1), pairs);
  }
  SHOAL_LANES Vector load_pixels(const std::uint8_t* const* rows, std::size_t offset) {
    const __m256i order = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                                           6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
    const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[0] + offset));
    const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[1] + offset));
    constexpr __mmask16 kSecondHalf = 0xFF00;
    const Vector both = _mm512_mask_broadcast_i32x4(_mm512_broadcast_i32x4(first), kSecondHalf, second);
    return _mm512_shuffle_epi8(both, _mm512_broadcast_i64x4(order));
  }
  SHOAL_LANES Vector add_lane_pairs(Vector a, Vector b) {
    const Vector even = _mm512_shuffle_i32x4(a, b, _MM_SHUFFLE(2, 0, 2, 0));  // lanes a0, a2, b0, b2
    const Vector odd = _mm512_shuffle_i32x4(a, b, _MM_SHUFFLE(3, 1, 3, 1));   // lanes a1, a3, b1, b3
    return _mm512_add_epi32(even, odd);
  }
};

}  // namespace
}  // namespace shoal

#include "resample_kernel.hpp"

namespace shoal {

SHOAL_TARGET std::size_t resample_columns_avx512(const SourceRows& source, std::size_t rows,
                                                 const AxisPlan& plan, const TargetRows& target) {
  return resample_columns_by_lanes(source, rows, plan, target);
}

SHOAL_TARGET std::size_t resample_rows_avx512(const SourceRows& source, std::int32_t origin,
                                              std::size_t row_bytes, const AxisPlan& plan,
                                              const TargetRows& target) {
  return resample_rows_by_lanes(source, origin, row_bytes, plan, target);
}

}  // namespace shoal

#else  // other processors have the portable form only

namespace shoal {

std::size_t resample_columns_avx512(const SourceRows&, std::size_t, const AxisPlan&, const TargetRows&) {
  return 0;
}
std::size_t resample_rows_avx512(const SourceRows&, std::int32_t, std::size_t, const AxisPlan&,
                                 const TargetRows&) {
  return 0;
}

}  // namespace shoal

#endif
