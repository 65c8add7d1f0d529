// The definition in plain loops, and with AVX2: separate products and sums in both, so the bits are the same.
#include "exact_distance.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace shoal {
namespace {

constexpr std::int64_t kLanes = 8;

double add_lanes(const double* lane) {
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/// Adds (x - c)^2 of the elements [first, n) to their lanes.
void add_squares(const float* x, const double* c, std::int64_t first, std::int64_t n, double* lanes) {
  for (std::int64_t i = first; i < n; ++i) {
    const double difference = static_cast<double>(x[i]) - c[i];
    lanes[i % kLanes] += difference * difference;
  }
}

template <class Number>
void add_squares(const Number* x, std::int64_t first, std::int64_t n, double* lanes) {
  for (std::int64_t i = first; i < n; ++i) {
    const auto value = static_cast<double>(x[i]);
    lanes[i % kLanes] += value * value;
  }
}

#if defined(__x86_64__)
// No "fma" among the targets: a contracted product would have other bits.
__attribute__((target("avx2"))) double squared_distance_avx2(const float* x, const double* c,
                                                             std::int64_t n) {
  __m256d low = _mm256_setzero_pd();
  __m256d high = _mm256_setzero_pd();
  const std::int64_t whole = n - n % kLanes;
  for (std::int64_t i = 0; i < whole; i += kLanes) {
    const __m256d a = _mm256_sub_pd(_mm256_cvtps_pd(_mm_loadu_ps(x + i)), _mm256_loadu_pd(c + i));
    const __m256d b = _mm256_sub_pd(_mm256_cvtps_pd(_mm_loadu_ps(x + i + 4)), _mm256_loadu_pd(c + i + 4));
    low = _mm256_add_pd(low, _mm256_mul_pd(a, a));
    high = _mm256_add_pd(high, _mm256_mul_pd(b, b));
  }
  alignas(32) double lanes[kLanes];
  _mm256_store_pd(lanes, low);
  _mm256_store_pd(lanes + 4, high);
  add_squares(x, c, whole, n, lanes);
  return add_lanes(lanes);
}

__attribute__((target("avx2"))) double squared_norm_avx2(const float* x, std::int64_t n) {
  __m256d low = _mm256_setzero_pd();
  __m256d high = _mm256_setzero_pd();
  const std::int64_t whole = n - n % kLanes;
  for (std::int64_t i = 0; i < whole; i += kLanes) {
    const __m256d a = _mm256_cvtps_pd(_mm_loadu_ps(x + i));
    const __m256d b = _mm256_cvtps_pd(_mm_loadu_ps(x + i + 4));
    low = _mm256_add_pd(low, _mm256_mul_pd(a, a));
    high = _mm256_add_pd(high, _mm256_mul_pd(b, b));
  }
  alignas(32) double lanes[kLanes];
  _mm256_store_pd(lanes, low);
  _mm256_store_pd(lanes + 4, high);
  add_squares(x, whole, n, lanes);
  return add_lanes(lanes);
}
#endif

}  // namespace

double squared_distance(const float* x, const double* c, std::int64_t n,
                        [[maybe_unused]] InstructionLevel level) {
#if defined(__x86_64__)
  if (level >= InstructionLevel::avx2) return squared_distance_avx2(x, c, n);
#endif
  double lanes[kLanes] = {};
  add_squares(x, c, 0, n, lanes);
  return add_lanes(lanes);
}

double squared_norm(const float* x, std::int64_t n, [[maybe_unused]] InstructionLevel level) {
#if defined(__x86_64__)
  if (level >= InstructionLevel::avx2) return squared_norm_avx2(x, n);
#endif
  double lanes[kLanes] = {};
  add_squares(x, 0, n, lanes);
  return add_lanes(lanes);
}

double squared_norm(const double* x, std::int64_t n) {
  double lanes[kLanes] = {};
  add_squares(x, 0, n, lanes);
  return add_lanes(lanes);
}

}  // namespace shoal
