// The scale of exact sums: as fine as 62 bits allow for so many values of such a size.
#include "shoal/base/fixed_point.hpp"

#include <algorithm>

#include "shoal/base/check.hpp"

namespace shoal {
namespace {

/// The smallest e with 2^e >= x, for x > 0.
int ceil_log2(double x) {
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);
  return mantissa == 0.5 ? exponent - 1 : exponent;
}

}  // namespace

FixedPoint FixedPoint::for_sums_of(double bound, std::uint64_t count) {
  SHOAL_EXPECT(std::isfinite(bound) && bound >= 0.0 && count >= 1);
  if (bound == 0.0) return FixedPoint(1.0);
  // A limit of 1000 keeps 2^exponent finite for the tiniest bounds.
  const int exponent = std::min(62 - ceil_log2(bound) - ceil_log2(static_cast<double>(count)), 1000);
  return FixedPoint(std::ldexp(1.0, exponent));
}

}  // namespace shoal
