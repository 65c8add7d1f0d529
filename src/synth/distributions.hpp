// Laws that draws follow, with the same values on every processor.
#pragma once

#include <cstdint>

#include "dice.hpp"

namespace shoal {

/// base to the power of exponent, for base > 0; by the deterministic logarithm and exponential.
double deterministic_power(double base, double exponent);
/// e to the power of x, of any sign.
double deterministic_exp_of(double x);

/// Zipf's law: rank r of 1 ... ranks has a probability in proportion to r^-exponent. Needs no table, so that
/// there may be as many ranks as one likes (rejection-inversion: Hörmann and Derflinger, "Rejection-inversion
/// to generate variates from monotone discrete distributions", 1996).
class ZipfLaw {
 public:
  /// exponent > 1; ranks: 1 to 2^50.
  ZipfLaw(double exponent, std::int64_t ranks);
  [[nodiscard]] std::int64_t draw(Dice& dice) const;

 private:
  [[nodiscard]] double integral(double x) const;
  [[nodiscard]] double inverse_of_integral(double y) const;
  [[nodiscard]] double weight(double x) const;

  double exponent_;
  std::int64_t ranks_;
  double from_;  ///< integral up to the first rank's beginning
  double to_;    ///< integral up to the last rank's end
  double sure_;  ///< a point so far before its rank, or nearer, is always taken
};

/// Normal with mean 0 and standard deviation 1 (Marsaglia's polar method).
double draw_normal(Dice& dice);

}  // namespace shoal
