// log by reduction to [1/sqrt 2, sqrt 2) and the series of artanh, in operations that round one way only.
#include "shoal/base/deterministic_math.hpp"

#include <cmath>

#include "shoal/base/check.hpp"

namespace shoal {

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
  // ln 2 in two parts: the first has 20 trailing zero bits, so that its product with an exponent is exact.
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  return exponent * kLn2High + (log_m + exponent * kLn2Low);
}

}  // namespace shoal
