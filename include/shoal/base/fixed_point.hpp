// Fixed-point numbers whose sums are exact: integers add up to the same value in any order, on any number of
// ranks and threads (docs/reproducibility.md).
#pragma once

#include <cmath>
#include <cstdint>

namespace shoal {

/// Values x with |x| <= bound, of which at most `count` are added, become x * 2^exponent rounded half to
/// even.
class FixedPoint {
 public:
  /// The scale whose sums of `count` values of magnitude <= bound stay below 2^62. bound is finite and >= 0
  /// (0: everything is 0), count >= 1.
  static FixedPoint for_sums_of(double bound, std::uint64_t count);

  [[nodiscard]] std::int64_t encode(double x) const { return std::llrint(x * scale_); }
  /// The value of a sum. Exact up to the rounding of int64 to double.
  [[nodiscard]] double decode(std::int64_t sum) const { return static_cast<double>(sum) / scale_; }
  /// 2^exponent.
  [[nodiscard]] double scale() const { return scale_; }

 private:
  explicit FixedPoint(double scale) : scale_(scale) {}
  double scale_;
};

}  // namespace shoal
