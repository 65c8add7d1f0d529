// log by reduction to [1/sqrt 2, sqrt 2) and the series of artanh, exp by reduction to half of ln 2 and its
// own series, in operations that round one way only.
#include "shoal/base/deterministic_math.hpp"

#include <cmath>

#include "shoal/base/check.hpp"

namespace shoal {
namespace {

// ln 2 in two parts: the first has 20 trailing zero bits, so that its product with an exponent is exact.
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;

}  // namespace

double deterministic_log(double x) {
  SHOAL_EXPECT(x > 0.0 && std::isfinite(x));
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // m in [0.5, 1): exact
  if (m < 0.70710678118654752) {
    m *= 2.0;
    --exponent;
  }
  // log m = 2 artanh s = 2 (s + s^3/3 + s^5/5 + ...), |s| <= 0.1716: eleven terms reach below 1e-17.
  const double s = (m - 1.0) / (m + 1.0);
  const double s2 = s * s;
  double series = 0.0;
  for (int k = 23; k >= 3; k -= 2) series = series * s2 + 1.0 / k;
  const double log_m = 2.0 * s + 2.0 * s * (s2 * series);
  return exponent * kLn2High + (log_m + exponent * kLn2Low);
}

double deterministic_exp(double x) {
  SHOAL_EXPECT(!(x > 0.0));
  if (!(x >= -708.0)) return 0.0;
  constexpr double kLog2E = 1.44269504088896341;
  const double exponent = std::floor(x * kLog2E + 0.5);
  // |r| <= 0.3466: what fourteen terms leave of the series is below 1e-18.
  const double r = (x - exponent * kLn2High) - exponent * kLn2Low;
  double series = 1.0;
  for (int k = 14; k >= 1; --k) series = 1.0 + series * r / k;
  return std::ldexp(series, static_cast<int>(exponent));
}

}  // namespace shoal
