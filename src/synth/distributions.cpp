// Rejection-inversion and the polar method, in operations that round one way only.
#include "distributions.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/base/check.hpp"
#include "shoal/base/deterministic_math.hpp"

namespace shoal {

double deterministic_exp_of(double x) { return x > 0.0 ? 1.0 / deterministic_exp(-x) : deterministic_exp(x); }

double deterministic_power(double base, double exponent) {
  return deterministic_exp_of(exponent * deterministic_log(base));
}

ZipfLaw::ZipfLaw(double exponent, std::int64_t ranks)
    : exponent_(exponent), ranks_(ranks), from_(0.0), to_(0.0), sure_(0.0) {
  SHOAL_EXPECT(exponent > 1.0 && ranks >= 1 && ranks <= std::int64_t{1} << 50);
  from_ = integral(1.5) - 1.0;
  to_ = integral(static_cast<double>(ranks) + 0.5);
  sure_ = 2.0 - inverse_of_integral(integral(2.5) - weight(2.0));
}

double ZipfLaw::weight(double x) const { return deterministic_power(x, -exponent_); }

double ZipfLaw::integral(double x) const {
  const double slope = exponent_ - 1.0;
  return (1.0 - deterministic_power(x, -slope)) / slope;
}

double ZipfLaw::inverse_of_integral(double y) const {
  const double slope = exponent_ - 1.0;
  return deterministic_power(1.0 - y * slope, -1.0 / slope);
}

std::int64_t ZipfLaw::draw(Dice& dice) const {
  while (true) {
    const double y = to_ + dice.real(0.0, 1.0) * (from_ - to_);
    const double x = inverse_of_integral(y);
    // Half up, by a truncation: rounding functions depend on the rounding mode.
    const auto nearest = static_cast<std::int64_t>(std::min(x + 0.5, static_cast<double>(ranks_)));
    const std::int64_t rank = std::clamp<std::int64_t>(nearest, 1, ranks_);
    const auto k = static_cast<double>(rank);
    if (k - x <= sure_ || y >= integral(k + 0.5) - weight(k)) return rank;
  }
}

double draw_normal(Dice& dice) {
  while (true) {
    const double u = dice.real(-1.0, 1.0);
    const double v = dice.real(-1.0, 1.0);
    const double square = u * u + v * v;
    if (square >= 1.0 || square == 0.0) continue;
    return u * std::sqrt(-2.0 * deterministic_log(square) / square);
  }
}

}  // namespace shoal
